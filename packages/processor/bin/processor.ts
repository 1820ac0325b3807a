#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { overridesSettings, runBin } from '@support-sync/shared/stage'
import { processAccounts } from '../src/process-accounts.ts'
import { keepRules, readRules } from '../src/rules.ts'

await runBin(import.meta.url, {
  purpose:
    'Decides what every account is entitled to on each instance: what its organization should be. No network but for the override file.',
  options: ['plans', 'overrides'],
  settings: { overrides: overridesSettings },
  async run(context) {
    const rules = await readRules(context)
    keepRules(context, rules)
    await processAccounts(context, rules)
  },
})
