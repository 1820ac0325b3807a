#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import {
  attributesOf,
  checkFields,
  organizationReader,
  USERS_INSTANCE,
  userOrganizationSchema,
} from '@support-sync/shared/domain'
import { artifacts, BINS } from '@support-sync/shared/pipeline'
import { defineBin, runBin } from '@support-sync/shared/runtime/bin'
import { zendeskSettings } from '@support-sync/shared/runtime/settings'
import { connectZendesk } from '@support-sync/shared/services/zendesk'

/** The attributes that link users to accounts, and decide whether users are marked. */
const KEPT = Object.keys(userOrganizationSchema.shape)

const bin = defineBin(BINS.users.zendesk_orgs_gather, {
  purpose: 'Reads id, name, Salesforce ids and mark of all organizations from Zendesk US Government.',
  settings: { zendesk: zendeskSettings.usgov },
  async run({ artifacts: { write }, http, settings }) {
    const attributes = attributesOf(USERS_INSTANCE).filter(({ key }) => KEPT.includes(key))
    const read = organizationReader(USERS_INSTANCE, attributes)
    const zendesk = connectZendesk(settings().zendesk, http)
    checkFields(USERS_INSTANCE, attributes, await zendesk.fields('organization'))
    const writeOrganization = write(artifacts.users.organizations)
    for await (const page of zendesk.organizations()) {
      for (const organization of page.map(read)) writeOrganization(userOrganizationSchema.parse(organization))
    }
  },
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
