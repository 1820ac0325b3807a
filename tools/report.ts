import { join, resolve } from 'node:path'
import { EXIT, exitCodeOf, Trouble } from '@support-sync/shared/errors'
import yargs from 'yargs'
import { REQUESTS_PER_MINUTE, writeReport } from './report/write-report.ts'

/** `pnpm report`: the report of a run on this machine, as one HTML file. */

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Trouble)) throw error
  console.error(`${error.message}\n${error.next}`)
  process.exitCode = exitCodeOf(error)
}

async function main(): Promise<number> {
  const given = await yargs(process.argv.slice(2).filter(argument => argument !== '--'))
    .scriptName('pnpm report')
    .usage(
      "$0 --run-dir DIR [options]\n\nWrites a run's report: one HTML file that a browser opens without network.",
    )
    .options({
      'run-dir': {
        type: 'string',
        alias: 'at',
        demandOption: true,
        describe: "the run's directory, such as runs/demo/hour-3",
      },
      out: { type: 'string', describe: 'where to write it (default: report.html in the directory)' },
      'requests-per-minute': {
        type: 'number',
        default: REQUESTS_PER_MINUTE,
        describe: 'what the Zendesk plan allows: the limit in the picture of requests',
      },
    })
    .strict()
    .wrap(100)
    .exitProcess(false)
    .fail(message => {
      throw new Trouble('bad-input', 'USAGE', message, 'See pnpm report --help.')
    })
    .parseAsync()
  if (given.help || given.version) return EXIT.done
  const requestsPerMinute = given['requests-per-minute']
  if (!(requestsPerMinute > 0)) {
    throw new Trouble(
      'bad-input',
      'USAGE',
      '--requests-per-minute is no number above 0',
      'See pnpm report --help.',
    )
  }
  const runDir = resolve(given['run-dir'])
  console.log(
    await writeReport(runDir, { out: resolve(given.out ?? join(runDir, 'report.html')), requestsPerMinute }),
  )
  return EXIT.done
}
