#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { ACCOUNT_COLUMNS, collectUnfamiliar } from '@support-sync/shared/domain'
import { artifacts, BINS } from '@support-sync/shared/pipeline'
import { defineBin, runBin, warnUnfamiliar } from '@support-sync/shared/runtime/bin'
import { salesforceSettings } from '@support-sync/shared/runtime/settings'
import { connectSalesforce } from '@support-sync/shared/services/salesforce'
import { gatherAccounts } from '../src/gather-accounts.ts'

const bin = defineBin(BINS.accounts.gather, {
  purpose: 'Reads all customers and former customers from Salesforce, with subscriptions and charges.',
  options: ['rangeSize'],
  settings: { salesforce: salesforceSettings },
  async run({ artifacts: { write }, http, run, settings }) {
    const writeAccount = write(artifacts.accounts)
    const unfamiliar = collectUnfamiliar(ACCOUNT_COLUMNS)
    const { calendar, options } = run
    const { rangeSize, part } = options
    const salesforce = await connectSalesforce(settings().salesforce, http, part)
    const given = { calendar, unfamiliar, rangeSize, part }
    for await (const account of gatherAccounts(salesforce, given)) writeAccount(account)
    warnUnfamiliar(run, unfamiliar)
  },
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
