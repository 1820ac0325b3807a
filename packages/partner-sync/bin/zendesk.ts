#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { organizationSchema, partnerAttributes } from '@support-sync/shared/domain'
import { neighboursOf, runBin, zendeskSettings } from '@support-sync/shared/stage'
import { connectZendesk } from '@support-sync/shared/zendesk'
import { gatherOrganizations, readPartnerKeys } from '../src/gather-organizations.ts'

await runBin(import.meta.url, {
  purpose:
    "Reads the partners' organizations of Zendesk Global, and those that a partner of Salesforce has under another type.",
  settings: { zendesk: zendeskSettings.global },
  async run(context) {
    const attributes = partnerAttributes()
    const partners = await readPartnerKeys(context, attributes)
    const zendesk = connectZendesk(context.settings().zendesk, neighboursOf(context))
    const write = context.write('zendesk_orgs.json', organizationSchema(attributes))
    for await (const organization of gatherOrganizations(zendesk, partners, attributes)) write(organization)
  },
})
