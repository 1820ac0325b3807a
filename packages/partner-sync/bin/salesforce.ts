import {
  PARTNER_COLUMNS,
  partnerFromSalesforce,
  partnerSchema,
  selectList,
} from '@support-sync/shared/domain'
import { connectSalesforce, readRows } from '@support-sync/shared/salesforce'
import { allianceSettings, neighboursOf, runBin, salesforceSettings } from '@support-sync/shared/stage'
import { partnersQuery } from '../src/partners-query.ts'

await runBin(import.meta.url, {
  purpose:
    'Reads the partners out of Salesforce: the alliance account, and authorized Open and Select partners.',
  settings: { salesforce: salesforceSettings, allianceId: allianceSettings },
  async run(context) {
    const { salesforce: credentials, allianceId } = context.settings()
    const salesforce = await connectSalesforce(credentials, neighboursOf(context))
    const write = await context.write('salesforce_accounts.json', partnerSchema)
    const fromSalesforce = partnerFromSalesforce(allianceId)
    for await (const page of salesforce.query(partnersQuery(selectList(PARTNER_COLUMNS), allianceId))) {
      for (const partner of readRows(page, fromSalesforce, 'Account')) write(partner)
    }
  },
})
