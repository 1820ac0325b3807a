#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import {
  attributesOf,
  checkFields,
  organizationReader,
  USERS_INSTANCE,
  userOrganizationSchema,
} from '@support-sync/shared/domain'
import { httpContextOf, runBin, zendeskSettings } from '@support-sync/shared/runtime/bin'
import { connectZendesk } from '@support-sync/shared/services/zendesk'

/** What says whose users a contact's account has, and whether they stay. */
const KEPT = Object.keys(userOrganizationSchema.shape)

await runBin(import.meta.url, {
  purpose: 'Reads id, name and Salesforce ids of every organization of Zendesk US Government.',
  settings: { zendesk: zendeskSettings.usgov },
  async run(context) {
    const attributes = attributesOf(USERS_INSTANCE).filter(({ key }) => KEPT.includes(key))
    const read = organizationReader(USERS_INSTANCE, attributes)
    const zendesk = connectZendesk(context.settings().zendesk, httpContextOf(context))
    checkFields(USERS_INSTANCE, attributes, await zendesk.fields('organization'))
    const write = context.write('zendesk_orgs.json', userOrganizationSchema)
    for await (const page of zendesk.organizations()) {
      for (const organization of page.map(read)) write(userOrganizationSchema.parse(organization))
    }
  },
})
