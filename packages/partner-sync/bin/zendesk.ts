#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import {
  checkFields,
  organizationSchema,
  PARTNERS_INSTANCE,
  partnerAttributes,
} from '@support-sync/shared/domain'
import { httpContextOf, runBin, zendeskSettings } from '@support-sync/shared/runtime/bin'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { connectZendesk } from '@support-sync/shared/services/zendesk'
import { gatherOrganizations, readPartnerKeys } from '../src/gather-organizations.ts'

await runBin(import.meta.url, {
  purpose:
    "Reads the partners' organizations of Zendesk Global, and those that a partner of Salesforce has under another type.",
  settings: { zendesk: zendeskSettings.global },
  async run(context) {
    const catalogue = partnerAttributes()
    const partners = await readPartnerKeys(context, catalogue)
    const zendesk = connectZendesk(context.settings().zendesk, httpContextOf(context))
    const declared = await zendesk.fields('organization')
    const { attributes, warning } = checkFields(PARTNERS_INSTANCE, catalogue, declared)
    const write = context.write('zendesk_orgs.json', organizationSchema(catalogue))
    for await (const organization of gatherOrganizations(zendesk, partners, attributes)) write(organization)
    if (!warning) return EXIT.done
    context.warn(warning.code, warning.message, warning.keys)
    return EXIT.someRecordsFailed
  },
})
