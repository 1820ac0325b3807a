import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { FIELDS_CHANGED, type GatherShape } from '../../domain/index.ts'
import { type Bin, findStage, type Stage } from '../../pipeline/index.ts'
import type { Limits, Stop } from '../../services/http/index.ts'
import { refuseLink, writePrivateFile } from '../artifacts/index.ts'
import { CANCELLED, EXIT, type ExitCode } from '../errors/index.ts'
import type { Lock } from '../lock/index.ts'
import { printableJson } from '../text/index.ts'
import { listenForCancel } from './cancellation.ts'
import { type BinDescription, parseCommandLine } from './command-line.ts'
import { type BinContext, openContext } from './context.ts'
import { refuseNoDirectory, takeDataDirectory } from './data-directory.ts'
import { afterFailure, type Ending, endingOf, summaryOf } from './ending.ts'
import { gatheredIdsName, type LastRun, readLastRun, shrunkGather } from './last-run.ts'
import { openLog, type StageLogger } from './logging.ts'
import { type Options, parseOptions } from './options.ts'
import type { Environment } from './read-settings.ts'
import { resumeCommand } from './resume-command.ts'
import { stampGather } from './stamps.ts'
import { ownSummaryPath, writeSummary } from './summary.ts'
import { versionText } from './version.ts'

export type BinDefinition<Groups> = BinDescription & {
  settings: Groups
  /** Gives the exit code when it is not 0: some records failed. */
  run: (context: BinContext<Groups>) => Promise<ExitCode> | Promise<void>
}

/** What a bin is started with. */
export type BinInputs = {
  args: readonly string[]
  environment: Environment
  /** Takes each line of the log, instead of standard error. */
  log?: (line: string) => void
  /** In what the time-outs, waits and repetitions differ from the defaults. */
  limits?: Partial<Limits>
  /** The time, instead of the machine's. */
  clock?: () => Date
  /** What cancels it, instead of the process's signals. */
  stop?: Stop
}

/** Bins that were imported rather than started, by their path. */
const imported = new Map<string, (binInputs: BinInputs) => Promise<ExitCode>>()

/**
 * Makes a bin of a definition and runs it: options, log, settings, artifacts, summary and exit code are the
 * same for all. `url` is the bin's `import.meta.url`: its path says which stage and bin it is. A bin that another
 * program imports is not run until that program says so, see `startBin`.
 */
export async function runBin<Groups extends BinDescription['settings']>(
  url: string,
  definition: BinDefinition<Groups>,
): Promise<void> {
  const path = fileURLToPath(url)
  const [, program = '', ...args] = process.argv
  if (existsSync(program) && realpathSync(program) === path) {
    process.exitCode = await runDefinition(path, definition, { args, environment: process.env })
  } else {
    imported.set(path, binInputs => runDefinition(path, definition, binInputs))
  }
}

/** Runs a bin within this process, with everything that it would take from the process given. Gives its exit code. */
export async function startBin(path: string, binInputs: BinInputs): Promise<ExitCode> {
  const bin = realpathSync(path)
  await import(pathToFileURL(bin).href)
  const run = imported.get(bin)
  if (!run) throw new Error(`${bin} is no bin`)
  return run(binInputs)
}

async function runDefinition<Groups extends BinDescription['settings']>(
  path: string,
  definition: BinDefinition<Groups>,
  binInputs: BinInputs,
): Promise<ExitCode> {
  const packageDir = dirname(dirname(path))
  const { stage, bin } = binAt(path)
  const bindings = { stage: stage.stage, bin: bin.bin }
  const { environment, log, clock = () => new Date() } = binInputs
  const started = clock()
  /** Where its summary goes, and of what kind of run that is; unknown until the command line is understood. */
  let taken: { dataDir: string; dryRun: boolean } | undefined
  let logger: StageLogger | undefined
  let lock: Lock | undefined
  try {
    const version = () => versionText(packageDir, environment)
    const parsed = await parseCommandLine(binInputs.args, stage, bin, definition, version)
    if ('print' in parsed) {
      process.stdout.write(`${parsed.print}\n`)
      return EXIT.done
    }
    const writes = bin.syncs === true && !parsed.isDryRun
    const stop =
      binInputs.stop ??
      listenForCancel({ writes }, () => {
        logger?.error({ code: CANCELLED, next: 'Run it again.' }, 'told to stop, and something did not end')
        process.exit(EXIT.upstream)
      })
    const dataDir = resolve(parsed.dataDir ?? join(packageDir, 'data'))
    // What an earlier run left must not be taken for this run's, however this one ends. A dry run writes nothing,
    // so it removes nothing.
    refuseLink(join(dataDir, 'summaries'))
    if (parsed.isDryRun) refuseNoDirectory(dataDir)
    else lock = await takeDataDirectory(dataDir, stage, bin, started)
    taken = { dataDir, dryRun: parsed.isDryRun }
    const options = parseOptions(parsed.given, started)
    logger = await openLog(bindings, options.logLevel, environment, log)
    return await runOpened(definition, {
      stage,
      bin,
      packageDir,
      dataDir,
      options,
      logger,
      clock,
      started,
      binInputs,
      stop,
    })
  } catch (error) {
    logger ??= await openLog(bindings, 'info', environment, log)
    const ended = endingOf(error, logger)
    if (taken) {
      const path = ownSummaryPath(taken.dataDir, stage.stage, bin.bin, taken.dryRun)
      const summary = summaryOf(bin, { started, ended: clock() }, ended, taken)
      afterFailure(logger, () => writeSummary(path, summary))
    }
    return ended.exit_code
  } finally {
    lock?.release()
  }
}

type OpenedBin = {
  stage: Stage
  bin: Bin
  packageDir: string
  dataDir: string
  options: Options
  logger: StageLogger
  clock: () => Date
  started: Date
  binInputs: BinInputs
  stop: Stop
}

async function runOpened<Groups extends BinDescription['settings']>(
  definition: BinDefinition<Groups>,
  { stage, bin, packageDir, dataDir, options, logger, clock, started, binInputs, stop }: OpenedBin,
): Promise<ExitCode> {
  stop.cancelled.addEventListener('abort', () => logger.warn('told to stop'))
  const lastRun = options.lastRun === undefined ? undefined : readLastRun(options.lastRun)
  const opened = openContext({
    stage,
    options,
    dataDir,
    packageDir,
    logger,
    environment: binInputs.environment,
    clock,
    checksClock: bin.syncs !== true,
    limits: binInputs.limits ?? {},
    stop,
    settings: definition.settings,
    lastRun,
    bin,
  })
  logger.info({ today: options.today, dry_run: options.dryRun }, 'started')
  let ended: Ending
  try {
    const exit_code = (await definition.run(opened.context)) ?? EXIT.done
    const shape = opened.shape()
    if (lastRun && shape) refuseShrunkGather(lastRun, shape)
    if (shape) writeGatheredIds(dataDir, bin.bin, shape)
    opened.commit()
    if (shape && !options.dryRun) {
      const of = { stage, bin, dataDir, environment: binInputs.environment }
      const without = opened
        .counts()
        .warnings.flatMap(({ code, keys }) => (code === FIELDS_CHANGED ? keys : []))
      await stampGather(of, { runId: opened.context.runId, readAt: started, without })
    }
    ended = { exit_code, error: null }
  } catch (error) {
    ended = endingOf(error, logger)
    afterFailure(logger, opened.abort)
  } finally {
    await opened.end().catch(error => logger.error({ err: error }, 'failed after the run'))
    opened.release()
  }
  const summary = summaryOf(bin, { started, ended: clock() }, ended, options, opened.counts())
  const tell = () => writeSummary(ownSummaryPath(dataDir, stage.stage, bin.bin, options.dryRun), summary)
  if (ended.error) afterFailure(logger, tell)
  else tell()
  const { exit_code, records_in, records_out, requests, retries } = summary
  logger.info(
    { exit_code, records_in, records_out, requests, retries, warnings: summary.warnings.length },
    'ended',
  )
  return ended.exit_code

  /** Before its output stands there for the next stage to take. */
  function refuseShrunkGather(lastRun: LastRun, shape: GatherShape): void {
    const problem = shrunkGather(
      lastRun,
      { stage, bin, shape },
      opened.context.consentTo('gathered'),
      resumeCommand(stage.stage, bin.bin, dataDir, binInputs.environment),
    )
    if (problem) throw problem
  }
}

/** Leaves the keys of what a gather read: the next run names those that are gone. */
function writeGatheredIds(dataDir: string, bin: string, { keys }: GatherShape): void {
  writePrivateFile(join(dataDir, gatheredIdsName(bin)), printableJson(Object.fromEntries(keys)))
}

function binAt(path: string): { stage: Stage; bin: Bin } {
  const [name = '', , file = ''] = path.split('/').slice(-3)
  const stage = findStage(name)
  const bin = stage?.bins.find(({ bin }) => `${bin}.ts` === file)
  if (!stage || !bin) throw new Error(`the stage table has no bin at ${path}`)
  return { stage, bin }
}
