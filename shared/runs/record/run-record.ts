import { z } from 'zod'
import {
  isOwedTooLong,
  isSameFailing,
  recentRemovals,
  standingHoldsSchema,
  stillFailing,
} from '../../domain/index.ts'
import { STAGES, type Stage, syncStage } from '../../pipeline/index.ts'
import { parsedFile } from '../../runtime/artifacts/index.ts'
import { EXIT, worstExitCode } from '../../runtime/errors/index.ts'
import { gatherName, lastRunSchema } from '../../runtime/records/index.ts'
import { holdsAfter, holdsToldSchema } from './holds.ts'
import { knownAfter, knownDoubtsSchema, knownWarningsSchema } from './known.ts'
import { isBlocked } from './next-stages.ts'
import { type StageRecord, stageRecordSchema, stageWithoutResult } from './stage-record.ts'

/** Two days of hourly runs: enough to see whether they get slower. */
const RUNS_REMEMBERED = 48

export const runRecordSchema = lastRunSchema.extend({
  run_id: z.string(),
  /** Null on a local machine. */
  commit: z.string().nullable(),
  /** The page of the run; null on a local machine. */
  url: z.url().nullable(),
  dry_run: z.boolean(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  /** The worst of the stages' exit codes. */
  exit_code: z.int(),
  /** The nine stages, in the table's order. */
  stages: z.array(stageRecordSchema),
  /** Stages that broke and have not worked since: the code, and the number of runs. */
  broken: z.record(
    z.string(),
    z.object({
      code: z.string(),
      runs: z.int(),
      /** The start of the first of these runs. */
      since: z.iso.datetime().nullable().default(null),
    }),
  ),
  /** What is held back for accounts in doubt, and since when, by the stage that compares. */
  holds: standingHoldsSchema.default({}),
  holds_told: holdsToldSchema.nullable().default(null),
  /** What warnings and doubts are about, and since when. */
  known: z
    .object({ warnings: knownWarningsSchema, doubts: knownDoubtsSchema })
    .default({ warnings: {}, doubts: {} }),
  /** This run and earlier ones, oldest first. */
  history: z.array(
    z.object({
      run_id: z.string(),
      ended_at: z.iso.datetime(),
      minutes: z.number(),
      requests: z.int(),
      exit_code: z.int(),
      dry_run: z.boolean(),
    }),
  ),
})
export type RunRecord = z.infer<typeof runRecordSchema>

/** The record in a file's content; undefined if it is not one. */
export function readRunRecord(content: string | Uint8Array): RunRecord | undefined {
  return parsedFile(content, runRecordSchema)
}

/**
 * Makes a run's record from its stages' files. `last` is the record of the previous run: this carries over what this run
 * did not change.
 */
export function recordRun(
  run: Pick<RunRecord, 'run_id' | 'commit' | 'url' | 'dry_run' | 'started_at' | 'ended_at'>,
  read: ReadonlyMap<string, StageRecord>,
  isWanted: (stage: Stage) => boolean,
  last: RunRecord | undefined,
): RunRecord {
  const stages: StageRecord[] = []
  for (const row of STAGES) {
    const found = read.get(row.stage)
    if (!isWanted(row)) stages.push(earlierOf(row, run.run_id, last) ?? stageWithoutResult(row, 'not-asked'))
    else if (found && found.state !== 'lost') stages.push(found)
    else
      stages.push(
        isBlocked(row, stages)
          ? stageWithoutResult(row, 'not-run')
          : (found ?? stageWithoutResult(row, 'lost')),
      )
  }
  const asked = new Set<string>(STAGES.filter(isWanted).map(({ stage }) => stage))
  const ran = stages.filter(({ stage }) => asked.has(stage))
  const exit_code = worstExitCode(ran.map(exitCodeOfStage))
  const record = {
    ...run,
    exit_code,
    stages,
    gathered: run.dry_run ? (last?.gathered ?? {}) : gatheredAfter(run.run_id, ran, last),
    removals: removalsAfter(run, ran, last),
    empty: emptyAfter(run, ran, last),
    owed: owedAfter(run, ran, last),
    ...overridesAfter(run, ran, last),
    failing: failingAfter(run, ran, last),
    ...holdsAfter(run, ran, last),
    known: knownAfter(run, ran, last?.known),
    broken: run.dry_run ? (last?.broken ?? {}) : brokenAfter(run, ran, last),
  }
  const { run_id, ended_at, dry_run } = run
  const entry = {
    run_id,
    ended_at,
    dry_run,
    exit_code,
    minutes: minutesOf(run),
    requests: requestsOf(stages),
  }
  // A retry of the last job records the same run again.
  const before = (last?.history ?? []).filter(({ run_id }) => run_id !== run.run_id)
  return { ...record, history: [...before, entry].slice(-RUNS_REMEMBERED) }
}

/** A local run may be resumed under the same id. Then the last record already has the stage's outcome. */
function earlierOf({ stage }: Stage, runId: string, last: RunRecord | undefined): StageRecord | undefined {
  return last?.run_id === runId ? last.stages.find(record => record.stage === stage) : undefined
}

/** A lost stage counts as a bug: somebody must look at it. */
function exitCodeOfStage({ state, exit_code }: StageRecord): number {
  return state === 'lost' ? EXIT.bug : (exit_code ?? EXIT.done)
}

/**
 * The counts of this run's gathers, and of earlier ones for what it did not gather now. A gather of a dry run that it
 * continues does not count: a consent may have let it through.
 */
function gatheredAfter(
  run_id: string,
  stages: readonly StageRecord[],
  last: RunRecord | undefined,
): RunRecord['gathered'] {
  const gathered = { ...last?.gathered }
  for (const { stage, bins } of STAGES) {
    const summaries = stages.find(record => record.stage === stage)?.summaries ?? []
    for (const { bin, gathers } of bins) {
      const summary = summaries.find(summary => summary.bin === bin)
      if (!gathers || !summary?.gathered || !hasGathered(summary)) continue
      gathered[gatherName(stage, bin)] = { run_id, counts: summary.gathered }
    }
    for (const summary of summaries.filter(hasGathered))
      for (const [name, counts] of Object.entries(summary.joined ?? {})) gathered[name] = { run_id, counts }
  }
  return gathered
}

function hasGathered({ exit_code }: { exit_code: number }): boolean {
  return exit_code === EXIT.done || exit_code === EXIT.someRecordsFailed
}

/** Artifacts that are allowed to be empty. A run in which one has records removes it from the list. */
function emptyAfter(
  { dry_run }: Pick<RunRecord, 'dry_run'>,
  ran: readonly StageRecord[],
  last: RunRecord | undefined,
): RunRecord['empty'] {
  const empty = { ...last?.empty }
  if (dry_run) return empty
  for (const { stage, summaries } of ran) {
    const isFilled = (name: string) => summaries.some(({ records_in }) => (records_in[name] ?? 0) > 0)
    const own = summaries.filter(hasGathered).flatMap(summary => summary.empty ?? [])
    const names = new Set([...(empty[stage] ?? []).filter(name => !isFilled(name)), ...own])
    if (names.size > 0) empty[stage] = [...names]
    else delete empty[stage]
  }
  return empty
}

/** What sync-global owes, from its summary. Without one: what earlier runs owe, and what its own creates still lack. */
function owedAfter(
  { dry_run, started_at, ended_at }: Pick<RunRecord, 'dry_run' | 'started_at' | 'ended_at'>,
  ran: readonly StageRecord[],
  last: RunRecord | undefined,
): RunRecord['owed'] {
  const left = dry_run ? undefined : ran.flatMap(({ summaries }) => summaries).find(({ owed }) => owed)?.owed
  // Keep it one day longer, so that the run that gives up can report it.
  const now = new Date(Date.parse(ended_at) - DAY_MS)
  if (left) return left
  const earlier = (last?.owed ?? []).filter(one => !isOwedTooLong(one, now))
  const created = ran.find(({ stage }) => stage === syncStage('global'))?.created ?? []
  return [
    ...earlier,
    ...created.map(({ key, id }) => ({
      action: 'associate' as const,
      key,
      organization_id: id,
      since: started_at,
    })),
  ]
}

/** The overrides in effect. A dry run does not change what the next run compares with. */
function overridesAfter(
  { dry_run }: Pick<RunRecord, 'dry_run'>,
  ran: readonly StageRecord[],
  last: RunRecord | undefined,
): Pick<RunRecord, 'overrides'> {
  const used = dry_run ? undefined : ran.flatMap(({ summaries }) => summaries).find(one => one.overrides)
  const overrides = used?.overrides ?? last?.overrides
  return overrides ? { overrides } : {}
}

/** What each sync could not write. Earlier failures stay if a sync did not write, or did not finish. */
function failingAfter(
  { dry_run, started_at }: Pick<RunRecord, 'dry_run' | 'started_at'>,
  ran: readonly StageRecord[],
  last: RunRecord | undefined,
): RunRecord['failing'] {
  const failing: RunRecord['failing'] = { ...last?.failing }
  if (dry_run) return failing
  for (const { stage, state, results, failures } of ran) {
    if (results === null) continue
    const before = last?.failing[stage] ?? []
    const now = stillFailing(failures, before, started_at)
    const isWhole = state === 'done' || state === 'records-failed'
    const left = isWhole ? [] : before.filter(one => !now.some(other => isSameFailing(one, other)))
    if (now.length + left.length > 0) failing[stage] = [...now, ...left]
    else delete failing[stage]
  }
  return failing
}

const DAY_MS = 24 * 3600 * 1000

/** What this run and earlier ones removed without consent in the last 24 hours. */
function removalsAfter(
  { run_id, dry_run, ended_at }: Pick<RunRecord, 'run_id' | 'dry_run' | 'ended_at'>,
  ran: readonly StageRecord[],
  last: RunRecord | undefined,
): RunRecord['removals'] {
  const removals: RunRecord['removals'] = {}
  for (const { stage } of STAGES) {
    const { summaries = [] } = ran.find(record => record.stage === stage) ?? {}
    const own = dry_run
      ? []
      : summaries.flatMap(({ ended_at: at, removals: made = [] }) =>
          made.map(removal => ({ ...removal, run_id, at })),
        )
    // A retry of the last job records the same run again.
    const before = (last?.removals[stage] ?? []).filter(
      entry => !own.some(({ run_id, at }) => entry.run_id === run_id && entry.at === at),
    )
    const recent = recentRemovals([...before, ...own], new Date(ended_at))
    if (recent.length > 0) removals[stage] = recent
  }
  return removals
}

function brokenAfter(
  { started_at }: Pick<RunRecord, 'started_at'>,
  stages: readonly StageRecord[],
  last: RunRecord | undefined,
): RunRecord['broken'] {
  const broken = { ...last?.broken }
  for (const { stage, state, error } of stages) {
    if (state === 'done' || state === 'records-failed') delete broken[stage]
    if (state !== 'stopped' && state !== 'lost') continue
    const before = last?.broken[stage]
    const since = before ? before.since : started_at
    broken[stage] = { code: error?.code ?? 'LOST', runs: (before?.runs ?? 0) + 1, since }
  }
  return broken
}

function minutesOf({ started_at, ended_at }: Pick<RunRecord, 'started_at' | 'ended_at'>): number {
  return Math.round((Date.parse(ended_at) - Date.parse(started_at)) / 6000) / 10
}

function requestsOf(stages: readonly StageRecord[]): number {
  return sum(stages.flatMap(({ summaries }) => summaries.map(({ requests }) => requests)))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
