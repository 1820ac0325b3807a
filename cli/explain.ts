import { dayOf } from '@support-sync/shared/domain'
import { explain, explanationText } from '@support-sync/shared/runs/explain'
import { findRun } from '@support-sync/shared/runs/find'
import { createCommand, runMain, usage } from './command/command.ts'
import { dayGiven } from './command/day.ts'
import { RUNS } from './command/runs.ts'
import { asJson, VIEW_OPTIONS } from './command/view.ts'
import { plansFile } from './pipeline/package-files.ts'

/** `explain RECORD`: how a run decided about one account, organization or user. */

const command = createCommand({
  name: 'explain',
  takes: 'RECORD',
  purpose:
    "Explains a record: its values in Salesforce, the decision, its values in Zendesk, and what the sync will write. RECORD is a salesforce_id, a Zendesk id, a name or part of one, or a user's email address. Uses no network.",
  options: {
    ...VIEW_OPTIONS,
    plans: { type: 'string', requiresArg: true, describe: "use this plans file instead of the run's" },
    overrides: { type: 'string', requiresArg: true, describe: "use these overrides instead of the run's" },
    today: { type: 'string', requiresArg: true, describe: 'decide as of this UTC date (YYYY-MM-DD)' },
    all: { type: 'boolean', default: false, describe: 'also show attributes that are not set' },
  },
  epilogue: 'docs/explain.md has an example.',
  async run(given, screen) {
    const query = given.words.join(' ').trim()
    if (query === '') throw usage('explain', 'name the record to explain')
    const today = given.today === undefined ? undefined : dayGiven(given.today)

    const explanation = await explain(findRun(given.run, RUNS), query, {
      plans: given.plans,
      overrides: given.overrides,
      today,
      defaults: {
        plans: plansFile(process.env),
        overrides: process.env.OVERRIDES_FILE,
        today: dayOf(new Date()),
      },
    })
    return given.json ? asJson(explanation) : explanationText(explanation, screen, { all: given.all })
  },
})

export default command

if (import.meta.main) await runMain(command.main)
