#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import {
  attributesOf,
  checkFields,
  organizationReader,
  USERS_INSTANCE,
  userOrganizationSchema,
} from '@support-sync/shared/domain'
import { neighboursOf, runBin, zendeskSettings } from '@support-sync/shared/stage'
import { connectZendesk } from '@support-sync/shared/zendesk'

/** What says whose users a contact's account has, and whether they stay. */
const READ = ['salesforce_id', 'sfdc_short_id', 'mark_for_deletion']

await runBin(import.meta.url, {
  purpose: 'Reads id, name and salesforce_id of every organization of Zendesk US Government.',
  settings: { zendesk: zendeskSettings.usgov },
  async run(context) {
    const read = organizationReader(USERS_INSTANCE, [])
    const zendesk = connectZendesk(context.settings().zendesk, neighboursOf(context))
    const fields = attributesOf(USERS_INSTANCE).filter(({ key }) => READ.includes(key))
    checkFields(USERS_INSTANCE, fields, await zendesk.fields('organization'))
    const write = context.write('zendesk_orgs.json', userOrganizationSchema)
    for await (const page of zendesk.organizations()) {
      for (const { id, name, salesforce_id } of page.map(read)) write({ id, name, salesforce_id })
    }
  },
})
