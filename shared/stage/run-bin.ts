import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { removeArtifacts } from '../artifacts/index.ts'
import { EXIT, type ExitCode, exitCodeOf, Trouble } from '../errors/index.ts'
import { type Bin, findStage, type Stage } from '../pipeline/index.ts'
import { type BinDescription, parseCommandLine } from './command-line.ts'
import { type BinContext, openContext } from './context.ts'
import { openLog, type StageLogger } from './logging.ts'
import { type Options, parseOptions } from './options.ts'
import { summaryPath, writeSummary } from './summary.ts'

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
    const dataDir = resolve(parsed.dataDir ?? join(packageDir, 'data'))
    // What an earlier run left must not be taken for this run's, however this one ends. A dry run writes nothing,
    // so it removes nothing.
    if (!parsed.isDryRun) await clearOutputs(dataDir, stage, bin)
    const options = parseOptions(parsed.given, new Date())
    logger = await openLog({ stage: stage.stage, bin: bin.bin }, options.logLevel)
    process.exitCode = await runOpened(definition, { stage, bin, packageDir, dataDir, options, logger })
  } catch (error) {
    logger ??= await openLog({ stage: stage.stage, bin: bin.bin }, 'info')
    process.exitCode = report(error, logger)
  }
}

type OpenedBin = {
  stage: Stage
  bin: Bin
  packageDir: string
  dataDir: string
  options: Options
  logger: StageLogger
}

async function runOpened<Groups extends BinDescription['settings']>(
  definition: BinDefinition<Groups>,
  { stage, bin, packageDir, dataDir, options, logger }: OpenedBin,
): Promise<ExitCode> {
  const started = new Date()
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
    signal: cancelled.signal,
    settings: definition.settings,
  })
  logger.info({ today: options.today, dry_run: options.dryRun }, 'started')
  let exit_code: ExitCode
  try {
    const ended = await definition.run(opened.context)
    exit_code = typeof ended === 'number' ? ended : EXIT.done
    opened.commit()
  } catch (error) {
    opened.abort()
    exit_code = report(error, logger)
  }
  const summary = {
    bin: bin.bin,
    today: options.today,
    started_at: started.toISOString(),
    ended_at: new Date().toISOString(),
    exit_code,
    dry_run: options.dryRun,
    ...opened.counts(),
  }
  writeSummary(summaryPath(dataDir, stage.stage, bin.bin), summary)
  const { records_in, records_out, requests, retries } = summary
  logger.info(
    { exit_code, records_in, records_out, requests, retries, warnings: summary.warnings.length },
    'ended',
  )
  return exit_code
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
function report(error: unknown, logger: StageLogger): ExitCode {
  const exit_code = exitCodeOf(error)
  if (error instanceof Trouble) logger.error({ code: error.code, next: error.next, exit_code }, error.message)
  else
    logger.error(
      { code: 'BUG', next: 'Please report this with the log.', exit_code, err: error },
      'this is a bug',
    )
  return exit_code
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
