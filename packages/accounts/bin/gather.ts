#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { ACCOUNT_COLUMNS, accountSchema, collectUnfamiliar } from '@support-sync/shared/domain'
import { httpContextOf, runBin, salesforceSettings, warnUnfamiliar } from '@support-sync/shared/runtime/bin'
import { connectSalesforce } from '@support-sync/shared/services/salesforce'
import { gatherAccounts } from '../src/gather-accounts.ts'

await runBin(import.meta.url, {
  purpose: 'Reads every customer and former customer out of Salesforce, with subscriptions and charges.',
  options: ['rangeSize'],
  settings: { salesforce: salesforceSettings },
  async run(context) {
    const salesforce = await connectSalesforce(context.settings().salesforce, httpContextOf(context))
    const write = context.write('salesforce_accounts.json', accountSchema)
    const unfamiliar = collectUnfamiliar(ACCOUNT_COLUMNS)
    const { calendar } = context
    const { rangeSize } = context.options
    for await (const account of gatherAccounts(salesforce, { calendar, unfamiliar, rangeSize }))
      write(account)
    warnUnfamiliar(context, unfamiliar)
  },
})
