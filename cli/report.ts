import { join, resolve } from 'node:path'
import { findRun } from '@support-sync/shared/runs/find'
import { shownPath } from '@support-sync/shared/runtime/terminal'
import { REPORT } from '../report/files.ts'
import { REQUESTS_PER_MINUTE, writeReport } from '../report/write-report.ts'
import { createCommand, runMain, usage } from './command/command.ts'
import { prepareOut } from './command/prepare-out.ts'
import { RUNS } from './command/runs.ts'
import { VIEW_OPTIONS } from './command/view.ts'

/** `report`: writes the report of a run on this machine, as one HTML file. */

const command = createCommand({
  name: 'report',
  purpose: "Writes a run's report: one HTML file that opens in a browser without network access.",
  options: {
    run: VIEW_OPTIONS.run,
    out: {
      type: 'string',
      requiresArg: true,
      describe: `write it here (default: ${REPORT} in the run's directory)`,
    },
    'requests-per-minute': {
      type: 'number',
      default: REQUESTS_PER_MINUTE,
      describe:
        'the requests per minute that your Zendesk plan allows: they set the limit in the chart of requests',
    },
  },
  epilogue: 'docs/report.md shows a report.',
  async run(given) {
    const requestsPerMinute = given['requests-per-minute']
    if (!(requestsPerMinute > 0)) throw usage('report', '--requests-per-minute must be a number above 0')
    const run = findRun(given.run, RUNS)
    const out = resolve(given.out ?? join(run.dir, REPORT))
    prepareOut('report', '--out', out)
    return shownPath(await writeReport(run, { out, requestsPerMinute }))
  },
})

export default command

if (import.meta.main) await runMain(command.main)
