#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import {
  collectUnfamiliar,
  objectSchema,
  PARTNER_COLUMNS,
  partnerAttributes,
} from '@support-sync/shared/domain'
import {
  allianceSettings,
  httpContextOf,
  runBin,
  salesforceSettings,
  warnUnfamiliar,
} from '@support-sync/shared/runtime/bin'
import { connectSalesforce } from '@support-sync/shared/services/salesforce'
import { gatherPartners } from '../src/gather-partners.ts'

await runBin(import.meta.url, {
  purpose:
    'Reads the partners out of Salesforce: the alliance account, and authorized Open and Select partners.',
  settings: { salesforce: salesforceSettings, allianceId: allianceSettings },
  async run(context) {
    const { salesforce: credentials, allianceId } = context.settings()
    const salesforce = await connectSalesforce(credentials, httpContextOf(context))
    const attributes = partnerAttributes()
    const write = context.write('salesforce_accounts.json', objectSchema(attributes))
    const unfamiliar = collectUnfamiliar(PARTNER_COLUMNS)
    for await (const partner of gatherPartners(salesforce, allianceId, attributes, unfamiliar)) write(partner)
    warnUnfamiliar(context, unfamiliar)
  },
})
