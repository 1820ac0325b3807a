import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { removeArtifacts } from '../artifacts/index.ts'
import { EXIT, type ExitCode, exitCodeOf, Trouble } from '../errors/index.ts'
import { type Bin, findStage, type Stage } from '../pipeline/index.ts'
import { type BinDescription, parseCommandLine } from './command-line.ts'
import { type BinContext, openContext } from './context.ts'
import { gatherName, type LastRun, readLastRun, shrunkGather } from './last-run.ts'
import { openLog, type StageLogger } from './logging.ts'
import { isMassChangeAllowed, massChangeCommand } from './mass-change.ts'
import { type Options, parseOptions } from './options.ts'
import { type StopReason, type Summary, summaryPath, writeSummary } from './summary.ts'

export type BinDefinition<Groups> = BinDescription & {
  settings: Groups
  /** Gives the exit code when it is not 0: some records failed. */
  run: (context: BinContext<Groups>) => Promise<ExitCode> | Promise<void>
}

/**
 * Makes a bin of a definition and runs it: options, log, settings, artifacts, summary and exit code are the
 * same for all. `url` is the bin's `import.meta.url`: its path says which stage and bin it is.
 */
export async function runBin<Groups extends BinDescription['settings']>(
  url: string,
  definition: BinDefinition<Groups>,
): Promise<void> {
  const path = fileURLToPath(url)
  const packageDir = dirname(dirname(path))
  const { stage, bin } = binAt(path)
  const started = new Date()
  let dataDir: string | undefined
  let logger: StageLogger | undefined
  try {
    const parsed = await parseCommandLine(
      process.argv.slice(2),
      stage,
      bin,
      definition,
      versionOf(packageDir),
    )
    if ('print' in parsed) {
      process.stdout.write(`${parsed.print}\n`)
      return
    }
    const given = resolve(parsed.dataDir ?? join(packageDir, 'data'))
    // What an earlier run left must not be taken for this run's, however this one ends. A dry run writes nothing,
    // so it removes nothing.
    if (!parsed.isDryRun) await clearOutputs(given, stage, bin)
    dataDir = given
    const options = parseOptions(parsed.given, started)
    logger = await openLog({ stage: stage.stage, bin: bin.bin }, options.logLevel)
    process.exitCode = await runOpened(definition, {
      stage,
      bin,
      packageDir,
      dataDir,
      options,
      logger,
      started,
    })
  } catch (error) {
    logger ??= await openLog({ stage: stage.stage, bin: bin.bin }, 'info')
    const ended = report(error, logger)
    process.exitCode = ended.exit_code
    if (dataDir === undefined) return
    const path = summaryPath(dataDir, stage.stage, bin.bin)
    writeSummary(path, summaryOf(bin, started, ended, { dryRun: false }))
  }
}

type OpenedBin = {
  stage: Stage
  bin: Bin
  packageDir: string
  dataDir: string
  options: Options
  logger: StageLogger
  started: Date
}

async function runOpened<Groups extends BinDescription['settings']>(
  definition: BinDefinition<Groups>,
  { stage, bin, packageDir, dataDir, options, logger, started }: OpenedBin,
): Promise<ExitCode> {
  const cancelled = new AbortController()
  // A sync ends the write in flight first; every other bin may just stop, for nothing of it is half-written.
  for (const signal of bin.syncs ? (['SIGTERM', 'SIGINT'] as const) : []) {
    process.once(signal, () => cancelled.abort())
  }

  const opened = openContext({
    options,
    dataDir,
    packageDir,
    logger,
    environment: process.env,
    clock: () => new Date(),
    signal: cancelled.signal,
    settings: definition.settings,
  })
  logger.info({ today: options.today, dry_run: options.dryRun }, 'started')
  let ended: Ending
  try {
    const lastRun = options.lastRun === undefined ? undefined : readLastRun(options.lastRun)
    const exit_code = (await definition.run(opened.context)) ?? EXIT.done
    if (lastRun) refuseShrunkGather(lastRun)
    opened.commit()
    ended = { exit_code, error: null }
  } catch (error) {
    opened.abort()
    ended = report(error, logger)
  }
  const summary = summaryOf(bin, started, ended, options, opened.counts())
  writeSummary(summaryPath(dataDir, stage.stage, bin.bin), summary)
  const { exit_code, records_in, records_out, requests, retries } = summary
  logger.info(
    { exit_code, records_in, records_out, requests, retries, warnings: summary.warnings.length },
    'ended',
  )
  return ended.exit_code

  /** Before its output stands there for the next stage to take. */
  function refuseShrunkGather(lastRun: LastRun): void {
    if (isMassChangeAllowed(options, process.env)) return
    const records = Object.values(opened.counts().records_out).reduce((sum, count) => sum + count, 0)
    const trouble = shrunkGather(
      lastRun,
      gatherName(stage.stage, bin.bin),
      records,
      massChangeCommand(stage.stage, bin.bin, dataDir),
    )
    if (trouble) throw trouble
  }
}

type Ending = { exit_code: ExitCode; error: StopReason | null }

const NOTHING_DONE = { records_in: {}, records_out: {}, requests: 0, retries: 0, warnings: [] }

function summaryOf(
  { bin }: Bin,
  started: Date,
  { exit_code, error }: Ending,
  { dryRun }: Pick<Options, 'dryRun'>,
  counts: Pick<Summary, keyof typeof NOTHING_DONE> = NOTHING_DONE,
): Summary {
  return {
    bin,
    started_at: started.toISOString(),
    ended_at: new Date().toISOString(),
    exit_code,
    dry_run: dryRun,
    ...counts,
    error,
  }
}

/** Makes the data directory ready: there, and without this bin's outputs. */
async function clearOutputs(dataDir: string, stage: Stage, bin: Bin): Promise<void> {
  try {
    mkdirSync(join(dataDir, 'summaries'), { recursive: true })
    await removeArtifacts(dataDir, [...bin.writes, ...(bin.syncs ? ['sync_plan.json'] : [])])
    rmSync(summaryPath(dataDir, stage.stage, bin.bin), { force: true })
  } catch (error) {
    throw new Trouble(
      'bad-input',
      'DATA_DIR_UNUSABLE',
      `the data directory ${dataDir} cannot be used: ${error instanceof Error ? error.message : error}`,
      'Name a directory that this user may write to with --data-dir.',
      { cause: error },
    )
  }
}

/** Tells what went wrong and what to do next; a bug with its stack. */
function report(error: unknown, logger: StageLogger): Ending {
  const exit_code = exitCodeOf(error)
  if (error instanceof Trouble) {
    const { code, message, next } = error
    logger.error({ code, next, exit_code }, message)
    return { exit_code, error: { code, message, next } }
  }
  const told = { code: 'BUG', message: 'this is a bug', next: 'Please report this with the log.' }
  logger.error({ code: told.code, next: told.next, exit_code, err: error }, told.message)
  return { exit_code, error: told }
}

function binAt(path: string): { stage: Stage; bin: Bin } {
  const [name = '', , file = ''] = path.split('/').slice(-3)
  const stage = findStage(name)
  const bin = stage?.bins.find(({ bin }) => `${bin}.ts` === file)
  if (!stage || !bin) throw new Error(`the stage table has no bin at ${path}`)
  return { stage, bin }
}

function versionOf(packageDir: string): string {
  const path = join(packageDir, 'package.json')
  if (!existsSync(path)) return 'unknown'
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version
}
