import { ATTRIBUTES, SUPPORT_LEVELS } from '@support-sync/shared/domain'
import { findRun } from '@support-sync/shared/runs/find'
import { readRunPlan, runPlanText } from '@support-sync/shared/runs/plan'
import { writePrivateFile } from '@support-sync/shared/runtime/artifacts'
import { type Filters, filtered, isNarrowed } from '@support-sync/shared/sync/plan'
import { createCommand, runMain, usage } from './command/command.ts'
import { prepareOut } from './command/prepare-out.ts'
import { RUNS } from './command/runs.ts'
import { asJson, VIEW_OPTIONS } from './command/view.ts'

/** `plan`: shows what the syncs would do, from a run's artifacts. */

/** How many records of a kind are shown without --all. */
const SHOWN = 20

const command = createCommand({
  name: 'plan',
  purpose:
    'Shows what the syncs of a run will do: counts, then each record by kind of change. Uses no network.',
  options: {
    ...VIEW_OPTIONS,
    attribute: {
      choices: [...new Set([...ATTRIBUTES.map(({ key }) => key), 'not_in_sfdc', 'organization_id'])],
      describe: 'show only writes that change this attribute',
    },
    level: {
      choices: SUPPORT_LEVELS,
      describe: 'show only writes of records with this support level before or after',
    },
    only: { choices: ['creates', 'updates', 'marks'] as const, describe: 'show only these writes' },
    all: { type: 'boolean', default: false, describe: `show every record, not just ${SHOWN} of a kind` },
    out: {
      type: 'string',
      requiresArg: true,
      describe: 'write the plan to a file; run-pipeline --plan FILE applies exactly this plan',
    },
  },
  epilogue: 'docs/plan.md has an example.',
  async run(given, screen) {
    const filters: Filters = { attribute: given.attribute, level: given.level, only: given.only }
    if (given.out !== undefined && isNarrowed(filters))
      throw usage('plan', '--out writes the whole plan: remove --attribute, --level and --only')
    if (given.out !== undefined) prepareOut('plan', '--out', given.out)
    const run = findRun(given.run, RUNS)
    const whole = await readRunPlan(run)
    const shown = {
      ...whole,
      syncs: whole.syncs.map(sync => ({
        ...sync,
        plan: sync.plan && filtered(sync.plan, filters),
        held: isNarrowed(filters) ? [] : sync.held,
      })),
    }
    if (given.out !== undefined) writePrivateFile(given.out, `${asJson(whole)}\n`)
    if (given.json) return asJson(shown)
    // More people read a CI log than its artifacts, so it shows keys only.
    const details = !process.env.CI
    return runPlanText(
      shown,
      { details, limit: given.all ? undefined : SHOWN, file: given.out, runDir: run.dir },
      screen,
    )
  },
})

export default command

if (import.meta.main) await runMain(command.main)
