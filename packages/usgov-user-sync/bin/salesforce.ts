#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { artifacts, BINS } from '@support-sync/shared/pipeline'
import { defineBin, runBin } from '@support-sync/shared/runtime/bin'
import { controlledUserSettings, salesforceSettings } from '@support-sync/shared/runtime/settings'
import { connectSalesforce } from '@support-sync/shared/services/salesforce'
import { gatherContacts } from '../src/gather-contacts.ts'

const bin = defineBin(BINS.users.salesforce, {
  purpose:
    "Reads the contacts who should be users from Salesforce: the admins of the organizations' accounts.",
  settings: { salesforce: salesforceSettings, controlledUser: controlledUserSettings },
  async run({ artifacts: { readAll, write }, http, settings }) {
    const { salesforce, controlledUser } = settings()
    const organizations = await readAll(artifacts.users.organizations, 'needed')
    const connect = () => connectSalesforce(salesforce, http)
    const contacts = await gatherContacts(organizations, controlledUser, connect)
    const writeContact = write(artifacts.users.contacts)
    for (const contact of contacts) writeContact(contact)
  },
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
