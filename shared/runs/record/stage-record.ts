import { z } from 'zod'
import { countResults, type Result, resultSchema, settledResults } from '../../domain/index.ts'
import { RESULTS_NAME, type Stage } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import { gatheredIdsName, type Summary, summaryName, summarySchema } from '../../runtime/bin/index.ts'
import { EXIT, exitText, reasonSchema, worstExitCode } from '../../runtime/errors/index.ts'
import { JOB_RECORD, type JobRecord, jobRecordIn } from '../handover/index.ts'
import { filesOfHolds, heldBackSchema, readHolds } from './holds.ts'
import { filesOfDoubts, readDoubtKeys } from './known.ts'

export const stageRecordSchema = z.object({
  stage: z.string(),
  /**
   * `stopped`: it ended before its end, and its exit code says why. `lost`: it began and never told how it ended
   * (killed, timed out, cancelled). `not-run`: one that it follows had failed. `not-asked`: the run starts behind it.
   */
  state: z.enum(['done', 'records-failed', 'stopped', 'lost', 'not-run', 'not-asked']),
  exit_code: z.int().nullable(),
  started_at: z.iso.datetime().nullable(),
  ended_at: z.iso.datetime().nullable(),
  summaries: z.array(summarySchema),
  /** What stopped it, and in which bin; a stage that was handed nothing has no bin. */
  error: reasonSchema.extend({ bin: z.string().nullable() }).nullable(),
  /** Writes by action and status, such as `update_written`; null where nothing was to be written. */
  results: z.record(z.string(), z.int()).nullable(),
  failures: z.array(resultSchema),
  /** What it held back for accounts in doubt; null where it did not compare. */
  held: z.array(heldBackSchema).nullable().default(null),
  /** The accounts that it found in doubt, by match key; null where it did not look for them. */
  doubts: z.array(z.string()).nullable().default(null),
})
export type StageRecord = z.infer<typeof stageRecordSchema>

/** The files of a stage's data directory that tell what it came to. */
export function filesOfRecord(row: Stage): string[] {
  const { stage, bins } = row
  const keys = bins.flatMap(({ bin, gathers }) => (gathers ? [gatheredIdsName(bin)] : []))
  return [
    JOB_RECORD,
    RESULTS_NAME,
    ...bins.map(({ bin }) => summaryName(stage, bin)),
    ...keys,
    ...filesOfHolds(row),
    ...filesOfDoubts(row),
  ]
}

/**
 * What a stage came to, of the files that it left: one that was cut tells nothing. A stage without a word of its own is
 * `lost`: whoever knows that it never began says so.
 */
export function readStage(stage: Stage, files: ReadonlyMap<string, Uint8Array>): StageRecord {
  const jobRecord = jobRecordIn(files.get(JOB_RECORD))
  const summaries = stage.bins.flatMap(
    ({ bin }) => parsedFile(files.get(summaryName(stage.stage, bin)), summarySchema) ?? [],
  )
  const results = stage.instance === null ? null : resultsOf(summaries, files)
  const error = errorOf(summaries, jobRecord)
  const isWhole = summaries.length === stage.bins.length || error !== null
  const exit_code = isWhole
    ? worstExitCode([
        ...summaries.map(({ exit_code }) => exit_code),
        ...(jobRecord ? [jobRecord.exit_code] : []),
      ])
    : null
  return {
    stage: stage.stage,
    state: stateOf(exit_code),
    exit_code,
    // Bins may run side by side.
    started_at: summaries.map(({ started_at }) => started_at).sort()[0] ?? jobRecord?.ended_at ?? null,
    ended_at:
      summaries
        .map(({ ended_at }) => ended_at)
        .sort()
        .at(-1) ??
      jobRecord?.ended_at ??
      null,
    summaries,
    error,
    results: results && countResults(results),
    failures: (results ?? []).filter(({ status }) => status === 'failed'),
    held: readHolds(stage, files),
    doubts: readDoubtKeys(stage, files),
  }
}

/** A stage that has nothing to tell, and why. */
export function silentStage({ stage }: Stage, state: 'lost' | 'not-run' | 'not-asked'): StageRecord {
  return {
    stage,
    state,
    exit_code: null,
    started_at: null,
    ended_at: null,
    summaries: [],
    error: null,
    results: null,
    failures: [],
    held: null,
    doubts: null,
  }
}

/** What there is to say of a stage that is `lost`. */
export const NEVER_TOLD = 'It never told how it ended: it was cancelled, killed or out of time'

const WITHOUT_END: Readonly<Partial<Record<StageRecord['state'], string>>> = {
  lost: 'never told its end',
  'not-run': 'not run',
  'not-asked': 'not asked for',
}

/** A stage's state in words: how it ended, or why it tells no end. */
export function stateText({
  state,
  exit_code,
  error,
}: Pick<StageRecord, 'state' | 'exit_code' | 'error'>): string {
  return WITHOUT_END[state] ?? exitText(exit_code ?? EXIT.bug, error?.code)
}

function stateOf(exitCode: number | null): StageRecord['state'] {
  if (exitCode === null) return 'lost'
  if (exitCode === EXIT.done) return 'done'
  return exitCode === EXIT.someRecordsFailed ? 'records-failed' : 'stopped'
}

/** Null when its sync did not come to write: a dry run's array is an earlier run's. */
function resultsOf(
  summaries: readonly Summary[],
  files: ReadonlyMap<string, Uint8Array>,
): readonly Result[] | null {
  const sync = summaries.find(({ bin }) => bin === 'sync')
  const results =
    sync && !sync.dry_run ? parsedFile(files.get(RESULTS_NAME), z.array(resultSchema)) : undefined
  return results ? settledResults(results) : null
}

function errorOf(summaries: readonly Summary[], jobRecord: JobRecord | undefined): StageRecord['error'] {
  for (const { bin, error } of summaries) if (error) return { bin, ...error }
  return jobRecord?.error ? { bin: jobRecord.bin, ...jobRecord.error } : null
}
