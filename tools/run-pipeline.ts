import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { EXIT, exitCodeOf, Trouble, worstExitCode } from '@support-sync/shared/errors'
import { findStage, isAtOrAfter, STAGES, type Stage, type StageName } from '@support-sync/shared/pipeline'
import { flag } from '@support-sync/shared/stage'
import yargs from 'yargs'
import { progressOn } from './pipeline/progress.ts'
import { runStages } from './pipeline/run-stages.ts'
import { stageTable } from './pipeline/stage-table.ts'

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
    .scriptName('pnpm run-pipeline')
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
      plan: { type: 'string', describe: 'the syncs apply exactly this reviewed plan (pnpm plan --out FILE)' },
      plans: { type: 'string', describe: "the processor's plans file" },
      overrides: { type: 'string', describe: "the processor's override file" },
      'log-level': { choices: ['debug', 'info', 'warn', 'error'], default: 'info' },
    })
    .conflicts('from', 'only')
    .epilogue('Exits with the code of the stage that needs a person most: 1, 2, 3, 75, 4, then 0.')
    .strict()
    .wrap(100)
    .exitProcess(false)
    .fail(message => {
      throw new Trouble('bad-input', 'USAGE', message, 'See pnpm run-pipeline --help.')
    })
    .parseAsync()
  if (given.help || given.version) return EXIT.done
  if (given._.length > 0) {
    throw new Trouble(
      'bad-input',
      'USAGE',
      `unexpected argument "${given._.join(' ')}"`,
      'See pnpm run-pipeline --help.',
    )
  }

  const isPart = given.from !== undefined || given.only !== undefined
  const runDir =
    given['run-dir'] === undefined ? (isPart ? newestRun() : newRun()) : resolve(given['run-dir'])
  const progress = progressOn(process.stderr)
  const outcomes = await runStages({
    runDir,
    isWanted: wanted(given.from, given.only),
    args: {
      all: ['--log-level', given['log-level'], ...option('today', given.today)],
      syncs: [
        ...option('plan', given.plan && resolve(given.plan)),
        ...(given['dry-run'] ? ['--dry-run'] : []),
        ...(given['allow-mass-change'] ? ['--allow-mass-change'] : []),
      ],
      processor: [...option('plans', given.plans), ...option('overrides', given.overrides)],
    },
    environment: process.env,
    onStart: progress.onStart,
    onEnd: progress.onEnd,
  })
  progress.done()
  console.log(stageTable(outcomes, isColored))
  for (const { stage, failedLog, exitCode } of outcomes) {
    if (exitCode !== null && failedLog !== null) console.log(`${stage.stage}: its log says why: ${failedLog}`)
  }
  console.log(`Artifacts, summaries and logs: ${runDir}`)
  return worstExitCode(outcomes.flatMap(({ exitCode }) => (exitCode === null ? [] : [exitCode])))
}

function wanted(from: StageName | undefined, only: StageName | undefined): (stage: Stage) => boolean {
  if (only !== undefined) return stage => stage.stage === only
  if (from !== undefined && findStage(from)) return stage => isAtOrAfter(stage, from)
  return () => true
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name}`, value]
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
      'Run `pnpm run-pipeline` whole first, or name one with --run-dir.',
    )
  }
  return join(RUNS, newest)
}
