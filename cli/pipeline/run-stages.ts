import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Bin, runsAfterFailure, STAGES, type Stage, type StageName } from '@support-sync/shared/pipeline'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import {
  folderStore,
  pullInputs,
  readFolder,
  refuseOutdatedPlan,
  removeJobRecord,
  removeManifest,
  writeJobRecord,
  writeManifest,
} from '@support-sync/shared/runs/handover'
import {
  collectGatheredIds,
  filesOfRecord,
  type RunRecord,
  readStage,
  recordRun,
  type StageRecord,
  stageWithoutResult,
} from '@support-sync/shared/runs/record'
import { makePrivateDirectory, writePrivateFile } from '@support-sync/shared/runtime/artifacts'
import {
  continuesPipeline,
  EXIT,
  exitCodeOf,
  expectedFrom,
  reasonOf,
  worstExitCode,
} from '@support-sync/shared/runtime/errors'
import { GATHERED_IDS, type GatheredIds } from '@support-sync/shared/runtime/records'
import { shownPath } from '@support-sync/shared/runtime/terminal'
import { printableJson } from '@support-sync/shared/runtime/text'
import type { Progress } from '@support-sync/shared/services/http'
import { type RunBin, runBinProcess } from './run-bin.ts'

/** The outcome of one stage of a run. */
export type StageOutcome = {
  stage: Stage
  /** Null if the stage did not run: it was not requested, or an earlier stage failed. */
  exitCode: number | null
  milliseconds: number
  record: StageRecord
  /** The log of the failed bin, or of the failed hand-over. */
  failedLog: string | null
}

export type PipelineRun = {
  runDir: string
  /** Whether to run a stage. */
  isWanted: (stage: Stage) => boolean
  /** Options for every bin, and additional ones for the syncs and the processor. */
  args: {
    all: readonly string[]
    syncs: readonly string[]
    processor: readonly string[]
  }
  environment: NodeJS.ProcessEnv
  /** Runs a bin. Default: as a child process. */
  runBin?: RunBin
  /** The previous run's record, or this run's own if it resumes. */
  last?: RunRecord | undefined
  /** The keys of the records that the previous run counted. */
  lastIds?: GatheredIds | undefined
  onStart?: (stage: Stage) => void
  /** Without it, the bins report no progress. */
  onProgress?: ((stage: StageName, bin: string, progress: Progress) => void) | undefined
  onEnd?: (outcome: StageOutcome) => void
}

/**
 * Runs the stages. Each starts when the stages before it have ended, and only if those whose artifacts it needs have
 * succeeded. The two instances run in parallel. Writes the run record to the run's directory.
 */
export async function runStages(run: PipelineRun): Promise<{ outcomes: StageOutcome[]; record: RunRecord }> {
  const started_at = new Date().toISOString()
  const environment = {
    ...run.environment,
    RUN_STARTED_AT: started_at,
    RUN_DIR: shownPath(run.runDir),
    RUN_ID: runOf(run.runDir).id,
  }
  const pending = new Map<string, Promise<StageOutcome>>()
  for (const stage of STAGES) {
    const before = stage.follows.map(name => pending.get(name))
    pending.set(stage.stage, runAfter(stage, before, { ...run, environment }))
  }
  const outcomes = await Promise.all(pending.values())
  const { id, commit } = runOf(run.runDir)
  const record = recordRun(
    {
      run_id: id,
      commit,
      url: null,
      dry_run: run.args.syncs.includes('--dry-run'),
      started_at,
      ended_at: new Date().toISOString(),
    },
    new Map(outcomes.map(({ stage, record }) => [stage.stage, record])),
    run.isWanted,
    run.last,
  )
  makePrivateDirectory(run.runDir)
  writePrivateFile(join(run.runDir, RUN_RECORD), printableJson(record))
  const ids = await collectGatheredIds(record, run.lastIds, stage => stageDir(run.runDir, stage))
  writePrivateFile(join(run.runDir, GATHERED_IDS), printableJson(ids))
  return { outcomes, record }
}

async function runAfter(
  stage: Stage,
  before: readonly (Promise<StageOutcome> | undefined)[],
  run: PipelineRun,
): Promise<StageOutcome> {
  const earlier = await Promise.all(before)
  const isBlocked = earlier.some(outcome => outcome && blocks(outcome, stage))
  if (!run.isWanted(stage)) return notRun(stage, isBlocked ? 'not-run' : 'not-asked')
  if (isBlocked) {
    const outcome = notRun(stage, 'not-run')
    run.onEnd?.(outcome)
    return outcome
  }
  run.onStart?.(stage)
  const started = performance.now()
  const { codes, failedLog } = await runBins(stage, run)
  const files = await readFolder(stageDir(run.runDir, stage.stage), filesOfRecord(stage))
  const outcome = {
    stage,
    exitCode: worstExitCode(codes),
    milliseconds: performance.now() - started,
    record: readStage(stage, files),
    failedLog,
  }
  run.onEnd?.(outcome)
  return outcome
}

/** A stage that is blocked by a failed one also blocks the stages after it. */
function blocks({ stage: { stage }, exitCode, record }: StageOutcome, next: Stage): boolean {
  if (exitCode === null) return record.state === 'not-run'
  return !continuesPipeline(exitCode) && !runsAfterFailure(next, stage)
}

function notRun(stage: Stage, state: 'not-run' | 'not-asked'): StageOutcome {
  return { stage, exitCode: null, milliseconds: 0, record: stageWithoutResult(stage, state), failedLog: null }
}

async function runBins(stage: Stage, run: PipelineRun) {
  const dataDir = stageDir(run.runDir, stage.stage)
  const refusal = await copyInputs(stage, run.runDir, dataDir, run.args.syncs.includes('--dry-run'))
  if (refusal) return refusal
  const ended = stage.independentBins
    ? await Promise.all(stage.bins.map(bin => runOne(stage, bin, run)))
    : await inOrder(stage, run)
  const codes = ended.map(({ code }) => code)
  const failedLog = ended.find(({ code }) => code !== EXIT.done)?.log ?? null
  const isEnded = stage.independentBins ? codes.some(continuesPipeline) : codes.every(continuesPipeline)
  if (isEnded) await writeManifest(stage, dataDir, runOf(run.runDir))
  return { codes, failedLog }
}

type BinEnd = { code: number; log: string }

/** Runs the bins one after another until one fails. */
async function inOrder(stage: Stage, run: PipelineRun): Promise<BinEnd[]> {
  const ended: BinEnd[] = []
  for (const bin of stage.bins) {
    const end = await runOne(stage, bin, run)
    ended.push(end)
    if (!continuesPipeline(end.code)) break
  }
  return ended
}

async function runOne(stage: Stage, bin: Bin, run: PipelineRun): Promise<BinEnd> {
  const { runDir, args, environment, runBin = runBinProcess } = run
  const own = [...(bin.syncs ? args.syncs : []), ...(stage.stage === 'processor' ? args.processor : [])]
  const log = join(runDir, 'logs', `${stage.stage}.${bin.bin}.log`)
  const { onProgress } = run
  const report = onProgress && ((progress: Progress) => onProgress(stage.stage, bin.bin, progress))
  const all = ['--data-dir', stageDir(runDir, stage.stage), ...args.all, ...own]
  return { code: await runBin(bin, all, environment, { file: log, onProgress: report }), log }
}

/** Copies the earlier stages' artifacts to the stage. Returns the stage's outcome if they are missing. */
async function copyInputs(stage: Stage, runDir: string, dataDir: string, isDryRun: boolean) {
  await removeManifest(dataDir)
  await removeJobRecord(dataDir)
  await rm(join(dataDir, 'summaries'), { recursive: true, force: true })
  try {
    await pullInputs(stage, dataDir, folderStore(runDir), () => runOf(runDir))
    await refuseOutdatedPlan(stage, runDir)
    return null
  } catch (thrown) {
    const error = expectedFrom(thrown)
    if (!error) throw thrown
    const { code, message, next } = error
    await writeJobRecord(dataDir, {
      run_id: runOf(runDir).id,
      stage: stage.stage,
      bin: null,
      dry_run: isDryRun,
      exit_code: exitCodeOf(error),
      ended_at: new Date().toISOString(),
      error: reasonOf(error),
    })
    const file = join(runDir, 'logs', `${stage.stage}.pull.log`)
    makePrivateDirectory(dirname(file))
    writePrivateFile(file, `${code}: ${message}\n${next}\n`)
    return { codes: [exitCodeOf(error)], failedLog: file }
  }
}

/** A local run's id is the name of its directory. It has no commit, because the working tree may differ from any. */
export function runOf(runDir: string): { id: string; commit: null } {
  return { id: basename(runDir), commit: null }
}

/** A stage's data directory in a run. */
export function stageDir(runDir: string, stage: string): string {
  return join(runDir, stage)
}
