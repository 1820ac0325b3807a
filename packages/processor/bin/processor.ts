#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { BINS } from '@support-sync/shared/pipeline'
import { defineBin, runBin } from '@support-sync/shared/runtime/bin'
import {
  allianceKeySettings,
  overridesSettings,
  readSettings,
  reviewedFilesSettings,
} from '@support-sync/shared/runtime/settings'
import { processAccounts } from '../src/process-accounts.ts'
import { keepRules, readRules } from '../src/rules.ts'

const bin = defineBin(BINS.processor.processor, {
  purpose:
    'Decides the entitlement of every account on each instance, and so how its organization should be. It uses the network only for the override file.',
  options: ['plans', 'overrides'],
  settings: {
    overrides: overridesSettings,
    allianceKey: allianceKeySettings,
    plans: reviewedFilesSettings.plans,
  },
  async run(context) {
    const rules = await readRules(context)
    keepRules(context, rules)
    // A separate group: with --overrides, the override file's variables are not needed.
    const { allianceKey } = readSettings({ allianceKey: allianceKeySettings }, context.run.environment)
    return processAccounts(context, { ...rules, allianceKey, calendar: context.run.calendar })
  },
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
