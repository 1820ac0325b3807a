#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { collectUnfamiliar, PARTNER_COLUMNS, partnerAttributes } from '@support-sync/shared/domain'
import { artifacts, BINS } from '@support-sync/shared/pipeline'
import { defineBin, runBin, warnUnfamiliar } from '@support-sync/shared/runtime/bin'
import { allianceSettings, salesforceSettings } from '@support-sync/shared/runtime/settings'
import { connectSalesforce } from '@support-sync/shared/services/salesforce'
import { gatherPartners } from '../src/gather-partners.ts'

const bin = defineBin(BINS.partners.salesforce, {
  purpose:
    'Reads the partners from Salesforce: the alliance account, and authorized Open and Select partners.',
  settings: { salesforce: salesforceSettings, allianceId: allianceSettings },
  async run({ artifacts: { write }, http, run, settings }) {
    const { salesforce: credentials, allianceId } = settings()
    const salesforce = await connectSalesforce(credentials, http)
    const attributes = partnerAttributes()
    const writePartner = write(artifacts.partners.objects)
    const unfamiliar = collectUnfamiliar(PARTNER_COLUMNS)
    for await (const partner of gatherPartners(salesforce, allianceId, attributes, unfamiliar))
      writePartner(partner)
    warnUnfamiliar(run, unfamiliar)
  },
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
