import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { EXIT, exitCodeOf, Trouble } from '@support-sync/shared/errors'
import { findStage, isAtOrAfter, STAGES, type Stage, type StageName } from '@support-sync/shared/pipeline'
import { newsOf, RUN_RECORD, type RunRecord, readRunRecord } from '@support-sync/shared/record'
import { flag } from '@support-sync/shared/stage'
import { helpWidth } from '@support-sync/shared/terminal'
import yargs from 'yargs'
import { progressOn } from './pipeline/progress.ts'
import { runStages } from './pipeline/run-stages.ts'
import { stageTable } from './pipeline/stage-table.ts'
import { tellSlack } from './pipeline/tell-slack.ts'
import { leaveReport } from './report/leave-report.ts'

/** `pnpm run-pipeline`: the nine stages on this machine, with the environment's credentials. */

const RUNS = resolve(import.meta.dirname, '..', 'runs')
const isColored = process.stdout.isTTY && !process.env.NO_COLOR

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Trouble)) throw error
  console.error(`${error.message}\n${error.next}`)
  process.exitCode = exitCodeOf(error)
}

async function main(): Promise<number> {
  const stages = STAGES.map(({ stage }) => stage)
  const given = await yargs(process.argv.slice(2).filter(argument => argument !== '--'))
    .scriptName('npx -y pnpm@12 run-pipeline')
    .usage(
      '$0 [options]\n\nRuns the nine stages in order, the two instances side by side, each in its own data directory.',
    )
    .options({
      'run-dir': {
        type: 'string',
        describe:
          "where each stage's data directory is made (default: a new one in runs/; with --from or --only the newest)",
      },
      from: { choices: stages, describe: 'start at this stage, on what an earlier run left' },
      only: { choices: stages, describe: 'run this stage alone' },
      today: { type: 'string', describe: 'the UTC calendar date to decide by' },
      // No default beside coerce: yargs would give a bare flag the default.
      'dry-run': { coerce: flag, describe: 'write nothing to Zendesk' },
      'allow-mass-change': { coerce: flag, describe: 'let this one run pass the guards' },
      plan: {
        type: 'string',
        describe: 'the syncs apply exactly this reviewed plan (npx -y pnpm@12 plan --out FILE)',
      },
      'last-run': {
        type: 'string',
        describe: "an earlier run's run_record.json: gathers of far fewer records stop",
      },
      plans: { type: 'string', describe: "the processor's plans file" },
      overrides: { type: 'string', describe: "the processor's override file" },
      'log-level': { choices: ['debug', 'info', 'warn', 'error'], default: 'info' },
    })
    .conflicts('from', 'only')
    .epilogue('Exits with the code of the stage that needs a person most: 1, 2, 3, 75, 4, then 0.')
    .strict()
    .wrap(helpWidth(process.stdout))
    .exitProcess(false)
    .fail(message => {
      throw new Trouble('bad-input', 'USAGE', message, 'See npx -y pnpm@12 run-pipeline --help.')
    })
    .parseAsync()
  if (given.help || given.version) return EXIT.done
  if (given._.length > 0) {
    throw new Trouble(
      'bad-input',
      'USAGE',
      `unexpected argument "${given._.join(' ')}"`,
      'See npx -y pnpm@12 run-pipeline --help.',
    )
  }

  const isPart = given.from !== undefined || given.only !== undefined
  const runDir =
    given['run-dir'] === undefined ? (isPart ? newestRun() : newRun()) : resolve(given['run-dir'])
  const massChange = given['allow-mass-change'] ? ['--allow-mass-change'] : []
  const progress = progressOn(process.stderr)
  const last = given['last-run'] === undefined ? undefined : await lastRecord(given['last-run'])
  const { outcomes, record } = await runStages({
    runDir,
    isWanted: wanted(given.from, given.only),
    args: {
      all: ['--log-level', given['log-level'], ...option('today', given.today)],
      gathers: [...option('last-run', given['last-run']), ...massChange],
      syncs: [
        ...option('plan', given.plan && resolve(given.plan)),
        ...(given['dry-run'] ? ['--dry-run'] : []),
        ...massChange,
      ],
      processor: [...option('plans', given.plans), ...option('overrides', given.overrides)],
    },
    environment: process.env,
    last,
    onStart: progress.onStart,
    onEnd: progress.onEnd,
  })
  progress.done()
  console.log(
    stageTable(
      outcomes.map(({ record }) => record),
      isColored,
    ),
  )
  for (const { stage, failedLog, exitCode } of outcomes) {
    if (exitCode !== null && failedLog !== null) console.log(`${stage.stage}: its log says why: ${failedLog}`)
  }
  const told = await tellSlack(newsOf(record, last), process.env)
  if (told !== null) console.log(told)
  console.log(await leaveReport({ dir: runDir, name: basename(runDir) }))
  console.log(`Artifacts, summaries and logs: ${runDir}`)
  return record.exit_code
}

function wanted(from: StageName | undefined, only: StageName | undefined): (stage: Stage) => boolean {
  if (only !== undefined) return stage => stage.stage === only
  if (from !== undefined && findStage(from)) return stage => isAtOrAfter(stage, from)
  return () => true
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name}`, value]
}

async function lastRecord(path: string): Promise<RunRecord> {
  const record = readRunRecord(await readFile(path).catch(() => ''))
  if (record) return record
  throw new Trouble(
    'bad-input',
    'LAST_RUN_INVALID',
    `${path} is no record of a run`,
    `Name the ${RUN_RECORD} of an earlier run, or leave --last-run out.`,
  )
}

function newRun(): string {
  return join(RUNS, new Date().toISOString().replaceAll(':', '-'))
}

function newestRun(): string {
  const newest = existsSync(RUNS)
    ? readdirSync(RUNS)
        .filter(name => /^\d{4}-/.test(name))
        .sort()
        .at(-1)
    : undefined
  if (newest === undefined) {
    throw new Trouble(
      'bad-input',
      'NO_RUN',
      'there is no earlier run to go on from',
      'Run `npx -y pnpm@12 run-pipeline` whole first, or name one with --run-dir.',
    )
  }
  return join(RUNS, newest)
}
