import { join, resolve } from 'node:path'
import { findRun } from '@support-sync/shared/runs/find'
import { REPORT } from '../report/files.ts'
import { REQUESTS_PER_MINUTE, writeReport } from '../report/write-report.ts'
import { createCommand, runMain, usage } from './command/command.ts'
import { RUNS } from './command/runs.ts'
import { VIEW_OPTIONS } from './command/view.ts'

/** `report`: the report of a run on this machine, as one HTML file. */

const command = createCommand({
  name: 'report',
  purpose: "Writes a run's report: one HTML file that a browser opens without network.",
  options: {
    run: VIEW_OPTIONS.run,
    out: {
      type: 'string',
      requiresArg: true,
      describe: `where to write it (default: ${REPORT} in the run's directory)`,
    },
    'requests-per-minute': {
      type: 'number',
      default: REQUESTS_PER_MINUTE,
      describe: "what Zendesk's plan allows: with the minutes' budget the limit in the picture of requests",
    },
  },
  epilogue: 'docs/report.md shows one.',
  async run(given) {
    const requestsPerMinute = given['requests-per-minute']
    if (!(requestsPerMinute > 0)) throw usage('report', '--requests-per-minute must be a number above 0')
    const run = findRun(given.run, RUNS)
    return await writeReport(run, { out: resolve(given.out ?? join(run.dir, REPORT)), requestsPerMinute })
  },
})

export default command

if (import.meta.main) await runMain(command.main)
