import { readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makePrivateDirectory, writePrivateFile } from '@support-sync/shared/artifacts'
import { EXIT, exitCodeOf, Trouble, worstExitCode } from '@support-sync/shared/errors'
import { folderStore, pullInputs, removeManifest, writeManifest } from '@support-sync/shared/handover'
import { STAGES, type Stage } from '@support-sync/shared/pipeline'
import { type Summary, summaryPath, summarySchema } from '@support-sync/shared/stage'
import { countResults, type ResultCounts } from './result-counts.ts'
import { letsNextRun, runBinProcess } from './run-bin.ts'

/** What became of one stage of a run. */
export type StageOutcome = {
  stage: Stage
  /** Null when it did not run: it was not asked for, or one that it follows had failed. */
  exitCode: number | null
  milliseconds: number
  summaries: Summary[]
  results: ResultCounts | null
  /** The log of the bin that failed, or of what it was to be handed. */
  failedLog: string | null
}

export type PipelineRun = {
  runDir: string
  /** Whether a stage is to run. */
  isWanted: (stage: Stage) => boolean
  /** Options for every bin, and more for the bins that write to Zendesk and for the processor. */
  args: { all: readonly string[]; syncs: readonly string[]; processor: readonly string[] }
  environment: NodeJS.ProcessEnv
  onStart?: (stage: Stage) => void
  onEnd?: (outcome: StageOutcome) => void
}

/** Runs the stages, each as soon as those that it follows have ended well: the two instances side by side. */
export async function runStages(run: PipelineRun): Promise<StageOutcome[]> {
  const outcomes = new Map<string, Promise<StageOutcome>>()
  for (const stage of STAGES) {
    const before = stage.follows.map(name => outcomes.get(name))
    outcomes.set(stage.stage, runAfter(stage, before, run))
  }
  return Promise.all(outcomes.values())
}

async function runAfter(
  stage: Stage,
  before: readonly (Promise<StageOutcome> | undefined)[],
  run: PipelineRun,
): Promise<StageOutcome> {
  const earlier = await Promise.all(before)
  const isBlocked = earlier.some(outcome => outcome && isFailed(outcome))
  if (!run.isWanted(stage)) return notRun(stage, isBlocked)
  if (isBlocked) {
    const outcome = notRun(stage, true)
    run.onEnd?.(outcome)
    return outcome
  }
  run.onStart?.(stage)
  const started = performance.now()
  const { codes, failedLog, binsRun } = await runBins(stage, run)
  const dataDir = dataDirOf(run.runDir, stage.stage)
  const outcome = {
    stage,
    exitCode: worstExitCode(codes),
    milliseconds: performance.now() - started,
    summaries: await readSummaries(stage, dataDir, binsRun),
    // A dry run wrote nothing: what stands there is an earlier run's.
    results:
      !run.args.syncs.includes('--dry-run') && stage.bins.slice(0, binsRun).some(bin => bin.syncs)
        ? await countResults(join(dataDir, 'sync_results.json'))
        : null,
    failedLog,
  }
  run.onEnd?.(outcome)
  return outcome
}

/** A stage that did not run because one before it failed blocks what follows it, too. */
function isFailed({ exitCode, failedLog }: StageOutcome): boolean {
  return exitCode === null ? failedLog === BLOCKED : !letsNextRun(exitCode)
}

const BLOCKED = 'blocked'

function notRun(stage: Stage, isBlocked: boolean): StageOutcome {
  return {
    stage,
    exitCode: null,
    milliseconds: 0,
    summaries: [],
    results: null,
    failedLog: isBlocked ? BLOCKED : null,
  }
}

async function runBins(stage: Stage, { runDir, args, environment }: PipelineRun) {
  const dataDir = dataDirOf(runDir, stage.stage)
  const refusal = await handOn(stage, runDir, dataDir)
  if (refusal) return refusal
  const codes: number[] = []
  let failedLog: string | null = null
  for (const bin of stage.bins) {
    const own = [...(bin.syncs ? args.syncs : []), ...(stage.stage === 'processor' ? args.processor : [])]
    const file = join(runDir, 'logs', `${stage.stage}.${bin.bin}.log`)
    const code = await runBinProcess(stage, bin, ['--data-dir', dataDir, ...args.all, ...own], environment, {
      file,
    })
    codes.push(code)
    if (code !== EXIT.done) failedLog ??= file
    if (!letsNextRun(code)) return { codes, failedLog, binsRun: codes.length }
  }
  await writeManifest(stage, dataDir, runOf(runDir))
  return { codes, failedLog, binsRun: codes.length }
}

/** Hands the stage the artifacts of the stages before it. Gives what the stage ends with when there are none. */
async function handOn(stage: Stage, runDir: string, dataDir: string) {
  await removeManifest(dataDir)
  await rm(join(dataDir, 'summaries'), { recursive: true, force: true })
  try {
    await pullInputs(stage, dataDir, folderStore(runDir), () => runOf(runDir))
    return null
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    const file = join(runDir, 'logs', `${stage.stage}.pull.log`)
    makePrivateDirectory(dirname(file))
    writePrivateFile(file, `${error.code}: ${error.message}\n${error.next}\n`)
    return { codes: [exitCodeOf(error)], failedLog: file, binsRun: 0 }
  }
}

/** On this machine a run goes by its directory's name. Its code may differ from any commit. */
function runOf(runDir: string): { id: string; commit: null } {
  return { id: basename(runDir), commit: null }
}

/** Each stage's own data directory in a run's. */
export function dataDirOf(runDir: string, stage: string): string {
  return join(runDir, stage)
}

async function readSummaries(stage: Stage, dataDir: string, count: number): Promise<Summary[]> {
  const texts = await Promise.all(
    stage.bins
      .slice(0, count)
      .map(({ bin }) => readFile(summaryPath(dataDir, stage.stage, bin), 'utf8').catch(() => undefined)),
  )
  return texts.flatMap(text => (text === undefined ? [] : [summarySchema.parse(JSON.parse(text))]))
}
