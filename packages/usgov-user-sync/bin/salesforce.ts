#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { contactSchema } from '@support-sync/shared/domain'
import {
  controlledUserSettings,
  httpContextOf,
  runBin,
  salesforceSettings,
} from '@support-sync/shared/runtime/bin'
import { connectSalesforce } from '@support-sync/shared/services/salesforce'
import { gatherContacts } from '../src/gather-contacts.ts'

await runBin(import.meta.url, {
  purpose:
    "Reads out of Salesforce the contacts who should be users: the admins of the organizations' accounts.",
  settings: { salesforce: salesforceSettings, controlledUser: controlledUserSettings },
  async run(context) {
    const settings = context.settings()
    const connect = () => connectSalesforce(settings.salesforce, httpContextOf(context))
    const contacts = await gatherContacts(context, settings.controlledUser, connect)
    const write = context.write('salesforce_contacts.json', contactSchema)
    for (const contact of contacts) write(contact)
  },
})
