import { join, resolve } from 'node:path'
import { FIELDS_CHANGED } from '../../domain/index.ts'
import type { Artifact, Bin } from '../../pipeline/index.ts'
import type { Limits, Stop } from '../../services/http/index.ts'
import { refuseLink, writePrivateFile } from '../artifacts/index.ts'
import { CANCELLED, EXIT, type ExitCode } from '../errors/index.ts'
import type { Lock } from '../lock/index.ts'
import {
  type Ending,
  type Gathered,
  gatheredIdsName,
  type LastRun,
  ownSummaryPath,
  readLastRun,
  shrunkGather,
  stampGather,
  summaryOf,
  writeSummary,
} from '../records/index.ts'
import type { Environment } from '../settings/index.ts'
import { printableJson } from '../text/index.ts'
import { listenForCancel } from './cancellation.ts'
import { type BinDescription, parseCommandLine, versionText } from './command-line.ts'
import { resumeCommand } from './consents.ts'
import { type BinContext, openContext } from './context.ts'
import { prepareDataDirectory, requireDirectory } from './data-directory.ts'
import { afterFailure, endingOf, openLog, type StageLogger } from './logging.ts'
import { type Options, parseOptions } from './options.ts'

export type BinDefinition<
  Groups,
  Reads extends Artifact = Artifact,
  Writes extends Artifact = Artifact,
> = BinDescription & {
  settings: Groups
  /** Returns the exit code if it is not 0: some records failed. */
  run: (context: BinContext<Groups, Reads, Writes>) => Promise<ExitCode> | Promise<void>
}

/** The inputs of a bin. */
export type BinInputs = {
  args: readonly string[]
  environment: Environment
  /** Receives each line of the log, instead of standard error. */
  log?: (line: string) => void
  /** Time-outs, waits and attempts that differ from the defaults. */
  limits?: Partial<Limits>
  /** The clock, instead of the machine's. */
  clock?: () => Date
  /** Cancels it, instead of the process's signals. */
  stop?: Stop
}

const PACKAGES = join(import.meta.dirname, '..', '..', '..', 'packages')

/** Runs a bin from its command line to its summary. Returns its exit code. */
export async function runDefinition<
  Groups extends BinDescription['settings'],
  Reads extends Artifact,
  Writes extends Artifact,
>(
  row: Bin<Reads, Writes>,
  definition: BinDefinition<Groups, Reads, Writes>,
  binInputs: BinInputs,
): Promise<ExitCode> {
  const packageDir = join(PACKAGES, row.stage)
  const bindings = { stage: row.stage, bin: row.bin }
  const { environment, log, clock = () => new Date() } = binInputs
  const started = clock()
  /** What its summary needs. Undefined until the data directory is ready. */
  let known: { dataDir: string; dryRun: boolean } | undefined
  let logger: StageLogger | undefined
  let lock: Lock | undefined
  try {
    const version = () => versionText(packageDir, environment)
    const parsed = await parseCommandLine(binInputs.args, row, definition, version)
    if (parsed.kind === 'print') {
      process.stdout.write(`${parsed.text}\n`)
      return EXIT.done
    }
    const writes = row.syncs === true && !parsed.isDryRun
    const stop =
      binInputs.stop ??
      listenForCancel({ writes }, () => {
        logger?.error(
          { code: CANCELLED, next: 'Run it again.' },
          'the run was cancelled; some operations did not finish in time',
        )
        process.exit(EXIT.upstream)
      })
    const dataDir = resolve(parsed.dataDir ?? join(packageDir, 'data'))
    // Remove the outputs of an earlier run: they must not pass for this run's. A dry run removes nothing.
    refuseLink(join(dataDir, 'summaries'))
    if (parsed.isDryRun) requireDirectory(dataDir)
    else lock = await prepareDataDirectory(dataDir, row, started)
    known = { dataDir, dryRun: parsed.isDryRun }
    const options = parseOptions(parsed.given, started)
    logger = await openLog(bindings, options.logLevel, environment, log)
    return await runOpened(definition, {
      row,
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
    if (known) {
      const path = ownSummaryPath(known.dataDir, row, known.dryRun)
      const summary = summaryOf(row, { ...ended, started, ended: clock() }, known)
      afterFailure(logger, () => writeSummary(path, summary))
    }
    return ended.exit_code
  } finally {
    lock?.release()
  }
}

type OpenedBin<Reads extends Artifact, Writes extends Artifact> = {
  row: Bin<Reads, Writes>
  packageDir: string
  dataDir: string
  options: Options
  logger: StageLogger
  clock: () => Date
  started: Date
  binInputs: BinInputs
  stop: Stop
}

async function runOpened<
  Groups extends BinDescription['settings'],
  Reads extends Artifact,
  Writes extends Artifact,
>(
  definition: BinDefinition<Groups, Reads, Writes>,
  { row, packageDir, dataDir, options, logger, clock, started, binInputs, stop }: OpenedBin<Reads, Writes>,
): Promise<ExitCode> {
  stop.cancelled.addEventListener('abort', () => logger.warn('the run was cancelled'))
  const lastRun = options.lastRun === undefined ? undefined : readLastRun(options.lastRun)
  const opened = openContext({
    row,
    options,
    dataDir,
    packageDir,
    logger,
    environment: binInputs.environment,
    clock,
    limits: binInputs.limits ?? {},
    stop,
    settings: definition.settings,
    lastRun,
  })
  logger.info({ today: options.today, dry_run: options.dryRun }, 'started')
  let ended: Ending
  try {
    const exit_code = (await definition.run(opened.context)) ?? EXIT.done
    const gathered = opened.gathered()
    if (lastRun && gathered) refuseShrunkGather(lastRun, gathered)
    if (gathered) writeGatheredIds(dataDir, gathered)
    opened.commit()
    if (row.gathers && !options.dryRun) {
      const of = { row, dataDir, environment: binInputs.environment }
      const without = opened
        .counts()
        .warnings.flatMap(({ code, keys }) => (code === FIELDS_CHANGED ? keys : []))
      await stampGather(of, { runId: opened.context.run.runId, readAt: started, without, part: options.part })
    }
    ended = { exit_code, error: null }
  } catch (error) {
    ended = endingOf(error, logger)
    afterFailure(logger, opened.abort)
  } finally {
    await opened.end().catch(error => logger.error({ err: error }, 'failed after the run'))
    opened.release()
  }
  const summary = summaryOf(row, { ...ended, started, ended: clock() }, options, opened.counts())
  const saveSummary = () => writeSummary(ownSummaryPath(dataDir, row, options.dryRun), summary)
  if (ended.error) afterFailure(logger, saveSummary)
  else saveSummary()
  const { exit_code, records_in, records_out, requests, retries } = summary
  logger.info(
    { exit_code, records_in, records_out, requests, retries, warnings: summary.warnings.length },
    'ended',
  )
  return ended.exit_code

  /** Runs before the output is committed for the next stage. */
  function refuseShrunkGather(lastRun: LastRun, gathered: Gathered): void {
    const problem = shrunkGather(
      lastRun,
      gathered,
      opened.consentToGather(gathered.gather),
      resumeCommand(row, dataDir, binInputs.environment),
    )
    if (problem) throw problem
  }
}

/** Writes the keys of the gathered records, so that the next run can name missing ones. */
function writeGatheredIds(dataDir: string, { gather, shape: { keys } }: Gathered): void {
  writePrivateFile(join(dataDir, gatheredIdsName(gather.bin)), printableJson(Object.fromEntries(keys)))
}
