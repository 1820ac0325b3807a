import { z } from 'zod'
import { countResults, type Result, resultSchema, settledResults } from '../../domain/index.ts'
import { JOURNAL_NAME, RESULTS_NAME, readsParts, STAGES, type Stage } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import { EXIT, exitText, reasonSchema, worstExitCode } from '../../runtime/errors/index.ts'
import { gatheredIdsName, type Summary, summaryName, summarySchema } from '../../runtime/records/index.ts'
import { type JournalLines, readJournalLines } from '../../sync/apply/index.ts'
import { JOB_RECORD, type JobRecord, jobRecordIn } from '../handover/index.ts'
import { filesOfHolds, heldBackSchema, readHolds } from './holds.ts'
import { filesOfDoubts, readDoubtKeys } from './known.ts'

export const stageRecordSchema = z.object({
  stage: z.string(),
  /**
   * `stopped`: it ended early, and its exit code says why. `lost`: it started but left no result (killed, timed out,
   * cancelled). `not-run`: a stage that it follows failed. `not-asked`: the run does not include it.
   */
  state: z.enum(['done', 'records-failed', 'stopped', 'lost', 'not-run', 'not-asked']),
  exit_code: z.int().nullable(),
  started_at: z.iso.datetime().nullable(),
  ended_at: z.iso.datetime().nullable(),
  summaries: z.array(summarySchema),
  /** What stopped it, and in which bin; null if the stage did not get its inputs. */
  error: reasonSchema.extend({ bin: z.string().nullable() }).nullable(),
  /** Writes by action and status, such as `update_written`; null if it does not write. */
  results: z.record(z.string(), z.int()).nullable(),
  failures: z.array(resultSchema),
  /**
   * Organizations that a killed sync created, or may have created. It may not have reached the steps that follow a
   * create.
   */
  created: z.array(z.object({ key: z.string(), id: z.int().nullable() })).default(() => []),
  /** What it held back for accounts in doubt; null if it did not compare. */
  held: z.array(heldBackSchema).nullable().default(null),
  /** The match keys of the accounts that it found in doubt. Null if it did not look for them. */
  doubts: z.array(z.string()).nullable().default(null),
})
export type StageRecord = z.infer<typeof stageRecordSchema>

/** The files in a stage's data directory that say how it ended. */
export function filesOfRecord(row: Stage): string[] {
  const { stage, bins } = row
  const gathers = STAGES.flatMap(({ bins }) => bins).filter(
    gather => gather.gathers && (bins.includes(gather) || readsParts(row, gather)),
  )
  const keys = gathers.map(({ bin }) => gatheredIdsName(bin))
  return [
    JOB_RECORD,
    RESULTS_NAME,
    JOURNAL_NAME,
    ...bins.map(({ bin }) => summaryName(stage, bin)),
    ...keys,
    ...filesOfHolds(row),
    ...filesOfDoubts(row),
  ]
}

/**
 * Reads how a stage ended from its files; an incomplete file does not count. A stage without a result is `lost`: the
 * caller corrects that if the stage never started.
 */
export function readStage(stage: Stage, files: ReadonlyMap<string, Uint8Array>): StageRecord {
  const jobRecord = jobRecordIn(files.get(JOB_RECORD))
  const summaries = stage.bins.flatMap(
    ({ bin }) => parsedFile(files.get(summaryName(stage.stage, bin)), summarySchema) ?? [],
  )
  const journal = killedSync(stage, summaries, files)
  const results = journal?.results ?? resultsOf(summaries, files)
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
    // Bins may run in parallel.
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
    created: journal ? createdIn(journal) : [],
    failures: (results ?? []).filter(({ status }) => status === 'failed'),
    held: readHolds(stage, files),
    doubts: readDoubtKeys(stage, files),
  }
}

/** A stage without a result, and why. */
export function stageWithoutResult({ stage }: Stage, state: 'lost' | 'not-run' | 'not-asked'): StageRecord {
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
    created: [],
    held: null,
    doubts: null,
  }
}

/** The sentence about a `lost` stage. */
export const LOST_TEXT = 'It left no result: it was cancelled, killed or timed out'

const WITHOUT_END: Readonly<Partial<Record<StageRecord['state'], string>>> = {
  lost: 'no result (killed or timed out)',
  'not-run': 'not run',
  'not-asked': 'not part of this run',
}

/** A stage's state in words: how it ended, or why it has no result. */
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

/** Null if its sync did not write: after a dry run the file is an earlier run's. */
function resultsOf(
  summaries: readonly Summary[],
  files: ReadonlyMap<string, Uint8Array>,
): readonly Result[] | null {
  const sync = summaries.find(({ bin }) => bin === 'sync')
  const results =
    sync && !sync.dry_run ? parsedFile(files.get(RESULTS_NAME), z.array(resultSchema)) : undefined
  return results ? settledResults(results) : null
}

/** The journal of a sync that was killed before it wrote its summary. */
function killedSync(
  { bins }: Stage,
  summaries: readonly Summary[],
  files: ReadonlyMap<string, Uint8Array>,
): JournalLines | undefined {
  const file = files.get(JOURNAL_NAME)
  if (!file || !bins.some(({ syncs }) => syncs) || summaries.some(({ bin }) => bin === 'sync'))
    return undefined
  const journal = readJournalLines(Buffer.from(file).toString())
  return { ...journal, results: settledResults(journal.results) }
}

function createdIn({ results, unanswered }: JournalLines): StageRecord['created'] {
  const isNotified = (key: string) =>
    results.some(one => one.action === 'notify' && one.key === key && one.status === 'written')
  const known = results.filter(
    ({ action, status, key }) =>
      action === 'create' && (status === 'written' || status === 'recognised') && !isNotified(key),
  )
  return [
    ...known.map(({ key, id }) => ({ key, id })),
    ...unanswered
      .filter(({ key }) => !results.some(one => one.key === key))
      .map(({ key }) => ({ key, id: null })),
  ]
}

function errorOf(summaries: readonly Summary[], jobRecord: JobRecord | undefined): StageRecord['error'] {
  for (const { bin, error } of summaries) if (error) return { bin, ...error }
  return jobRecord?.error ? { bin: jobRecord.bin, ...jobRecord.error } : null
}
