import { readPlans } from '@support-sync/shared/domain'
import { findRun } from '@support-sync/shared/runs/find'
import { parseYaml, readSmallText, writePrivateFile } from '@support-sync/shared/runtime/artifacts'
import { createCommand, runMain } from './command/command.ts'
import { prepareOut } from './command/prepare-out.ts'
import { RUNS } from './command/runs.ts'
import { asJson, VIEW_OPTIONS } from './command/view.ts'
import { plansFile } from './pipeline/package-files.ts'
import { readUnmapped } from './unmapped/read-unmapped.ts'
import { withSuggestions } from './unmapped/with-suggestions.ts'
import { unmappedText } from './unmapped/yaml-text.ts'

/** `unmapped`: lists the charge names that plans.yml lacks, with a suggested section for each, ready to paste. */

const PLANS_TEXT = {
  missing: 'FILE_MISSING',
  tooLarge: 'FILE_TOO_LARGE',
  notText: 'FILE_NOT_TEXT',
  next: 'Check --plans.',
}

const command = createCommand({
  name: 'unmapped',
  purpose:
    'Lists the active charge names of a run that plans.yml lacks, highest ARR first, each with a suggested section. Prints YAML to paste into plans.yml. Uses no network.',
  options: {
    ...VIEW_OPTIONS,
    plans: {
      type: 'string',
      requiresArg: true,
      default: plansFile(process.env),
      defaultDescription: "the processor's",
      describe: 'compare with this plans file',
    },
    out: {
      type: 'string',
      requiresArg: true,
      describe: 'write the plans file with the suggested lines added, to try it with impact --plans FILE',
    },
  },
  epilogue: 'docs/tasks.md shows how to add a SKU.',
  async run(given) {
    if (given.out !== undefined) prepareOut('unmapped', '--out', given.out)
    const run = findRun(given.run, RUNS)
    const text = await readSmallText(given.plans, PLANS_TEXT)
    const plans = readPlans(await parseYaml(text, given.plans), given.plans)
    const charges = await readUnmapped(run, plans)
    if (given.out !== undefined) writePrivateFile(given.out, withSuggestions(text, charges))
    return given.json ? asJson(charges) : unmappedText(charges, given.out, run.name)
  },
})

export default command

if (import.meta.main) await runMain(command.main)
