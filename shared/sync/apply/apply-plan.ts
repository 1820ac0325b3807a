import { basename, join } from 'node:path'
import {
  countResults,
  lastingTexts,
  type Result,
  settledResults,
  stillFailing,
  withoutReplacedOwed,
} from '../../domain/index.ts'
import { type PlannedSync, RESULTS_NAME, resultsOf } from '../../pipeline/index.ts'
import { writePrivateFile } from '../../runtime/artifacts/index.ts'
import { afterFailure, type BinParts, type BinRun, SHOWN_PLAN } from '../../runtime/bin/index.ts'
import {
  CANCELLED,
  EXIT,
  type ExitCode,
  type ExpectedError,
  upstreamFailed,
} from '../../runtime/errors/index.ts'
import { screenOf } from '../../runtime/terminal/index.ts'
import { printableJson } from '../../runtime/text/index.ts'
import { forEachConcurrent, reportProgress } from '../../services/http/index.ts'
import { MAX_ITEMS, SETTLE_MS } from '../../services/zendesk/index.ts'
import { assertAsReviewed, type PlanView, planText, type SyncPlan } from '../plan/index.ts'
import { refuseLateWrite } from './deadline.ts'
import { guardPlan } from './guards.ts'
import { fingerprint, type Journal, openJournal } from './journal.ts'
import { foreignPlan, notePlanWrites } from './plan-age.ts'
import { failed, isGivenUp, isUnknown } from './results.ts'
import { isFailureAt, upstreamRefusal, watchUpstream } from './upstream.ts'
import type { WritingRun } from './writing.ts'

/** Writes results to disk before the next write. Rejects if that fails. */
export type RecordResults = (results: readonly Result[]) => Promise<void>

/** The part of a run that a writer needs. */
export type ConnectedRun = WritingRun & {
  record: RecordResults
  /** The results of an interrupted run of the same plan. */
  earlier: readonly Result[]
  /** All results so far. */
  results: () => readonly Result[]
}

/** The results of a batch, and the items that are left because Zendesk fails at this kind. */
export type Written<Item> = { results: Result[]; rest: Item[] }

/** How one kind of record is written. Each function returns one result per write. */
export type Writer<Create, Update, Mark> = {
  /** Keys that must be unique, such as a name. Creates that share a key never run in parallel. */
  createKeys: (item: Create) => readonly string[]
  /** The key of a create's results. */
  createKeyOf: (item: Create, number: number) => string
  create: (item: Create, number: number) => Promise<Result[]>
  /** Receives a create that is not tried before the marks. */
  createLater?: (item: Create) => void
  /** Each call of `update` or `mark` has at most one running Zendesk job. */
  update: (batch: readonly Update[]) => Promise<Written<Update>>
  /** Writes what waited for other writes. Runs between the updates and the marks. */
  settleNames?: () => Promise<void>
  mark: (batch: readonly Mark[]) => Promise<Written<Mark>>
  /** Runs after all writes. */
  finish?: () => Promise<void>
}

/**
 * Zendesk takes about a third of a second for a create. This many in parallel nearly reach the rate limit of every plan
 * except the largest, and leave Zendesk's servers to others.
 */
const PARALLEL_CREATES = 8

/**
 * Zendesk allows about 30 queued or running jobs. This leaves some for others. A batch or a create has at most one running
 * job, and creates, updates and marks run in sequence, so nothing else needs to count them.
 */
const PARALLEL_JOBS = 25

/**
 * Applies a plan. It must be the reviewed plan, if one is named, and pass the guards. A dry run ends there, before any
 * connection. Then come all creates, all updates and all marks, several of a kind in parallel, with each result on disk at
 * once. `view` is the plan as a dry run shows it. `connect` is called only before a write. Returns the exit code.
 * Throws an `ExpectedError` if a guard stops it or Zendesk is unavailable. sync_results.json then has the writes so far.
 */
export async function applyPlan<Create, Update, Mark>(
  parts: BinParts,
  plan: SyncPlan<Create, Update, Mark>,
  view: PlanView,
  connect: (run: ConnectedRun) => Writer<Create, Update, Mark>,
): Promise<ExitCode> {
  const { artifacts, http, run } = parts
  const { stage } = view
  const { options } = run
  if (options.plan !== undefined) await assertAsReviewed(options.plan, stage, artifacts.dataDir)
  const { create, update, mark } = view.counts
  run.report({ planned: { create, update, mark } })
  const guards = guardPlan(parts, stage, view)
  const foreign = await foreignPlan(parts, stage)
  if (options.dryRun) showPlan(parts, view)
  if (foreign) throw foreign
  if (guards.problem) throw guards.problem
  if (options.dryRun) return EXIT.done

  const journal = openJournal(artifacts.dataDir, fingerprint(stage, plan), run.clock)
  if (journal.setAside) warnSetAside(run, journal.setAside)
  const planned = create + update + mark
  let done = 0
  const connected: ConnectedRun = {
    upstream: watchUpstream(),
    throwIfStopped: () => throwIfCancelled(parts),
    settle: () => http.sleep(SETTLE_MS * http.limits.delayFactor),
    record: added => {
      done += added.filter(({ action }) => action !== 'associate' && action !== 'notify').length
      reportProgress({ kind: 'count', what: 'writes', done: Math.min(done, planned), of: planned })
      return journal.append(added)
    },
    earlier: [...journal.results],
    results: () => journal.results,
  }
  const writer = withCreatesNoted(run, connect(connected), journal)
  await untilSettled(journal, parts)
  const folded = journal.results.length
  const write = artifacts.write(resultsOf(stage))
  const writeResults = () => {
    logResults(run, stage, journal.results.slice(folded))
    for (const result of withoutReplacedOwed(journal.results)) write(result)
    run.report({ removals: guards.removalsIn(journal.results) })
  }
  const isEmpty = create + update + mark === 0
  const note = () => {
    if (!isEmpty) notePlanWrites(parts, stage)
  }
  note()
  try {
    await applyAll(plan, writer, connected)
    note()
    if (http.stop.cancelled.aborted && journal.results.slice(folded).some(isGivenUp)) throw cancelled()
  } catch (error) {
    // Keeps the journal: the next run continues it, and its results include these writes.
    afterFailure(run.logger, note)
    afterFailure(run.logger, () => {
      writeResults()
      artifacts.commitEvenOnFailure()
    })
    throw error
  }
  writeResults()
  artifacts.afterCommit(journal.close)
  // This run has tried again what an interrupted run failed to write.
  const own = settledResults(journal.results.slice(folded))
  return own.some(({ status }) => status === 'failed') ? EXIT.someRecordsFailed : EXIT.done
}

/** Two rounds of creates, updates and marks. The second tries again what the first set aside. */
async function applyAll<Create, Update, Mark>(
  plan: SyncPlan<Create, Update, Mark>,
  writer: Writer<Create, Update, Mark>,
  run: ConnectedRun,
): Promise<void> {
  const { upstream } = run
  const creates = plan.creates.map((item, index) => ({ item, number: index + 1 }))
  const rest = await applyRound({ creates, updates: plan.updates, marks: plan.marks }, writer, run)
  if (rest.creates.length + rest.updates.length + rest.marks.length > 0) {
    upstream.beginLastRound()
    await applyRound(rest, writer, run)
  }
  await writer.finish?.()
  const outage = upstream.outage()
  if (outage) throw outage
}

type Numbered<Create> = { item: Create; number: number }
type Round<Create, Update, Mark> = {
  creates: readonly Numbered<Create>[]
  updates: readonly Update[]
  marks: readonly Mark[]
}

/** Returns what it set aside because Zendesk keeps failing at that kind. */
async function applyRound<Create, Update, Mark>(
  { creates, updates, marks }: Round<Create, Update, Mark>,
  writer: Writer<Create, Update, Mark>,
  run: ConnectedRun,
): Promise<Round<Create, Update, Mark>> {
  const { upstream, record, throwIfStopped } = run
  const rest: { creates: Numbered<Create>[]; updates: Update[]; marks: Mark[] } = {
    creates: [],
    updates: [],
    marks: [],
  }
  const creating = {
    concurrency: PARALLEL_CREATES,
    throwIfStopped,
    keysOf: ({ item }: Numbered<Create>) => writer.createKeys(item),
  }
  await forEachConcurrent(creates, creating, async create => {
    const { item, number } = create
    if (upstream.isSetAside('creates')) {
      rest.creates.push(create)
      writer.createLater?.(item)
      return
    }
    try {
      const results = await writer.create(item, number)
      await record(results)
      if (!results.some(isGivenUp)) upstream.answered('creates')
    } catch (error) {
      if (!isFailureAt(error)) throw error
      upstream.failed('creates', error)
      await record([
        failed({ action: 'create', key: writer.createKeyOf(item, number), id: null }, upstreamRefusal(error)),
      ])
    }
  })
  const inJobs = { concurrency: PARALLEL_JOBS, throwIfStopped }
  await forEachConcurrent(batches(updates), inJobs, async batch => {
    const written = await writer.update(batch)
    rest.updates.push(...written.rest)
    await record(written.results)
  })
  await writer.settleNames?.()
  // After all creates, because an organization with the name of a failed create is not marked.
  await forEachConcurrent(batches(marks), inJobs, async batch => {
    const written = upstream.isSetAside('marks')
      ? { results: [], rest: [...batch] }
      : await writer.mark(batch)
    rest.marks.push(...written.rest)
    await record(written.results)
  })
  return rest
}

function batches<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / MAX_ITEMS) }, (_, index) =>
    items.slice(index * MAX_ITEMS, (index + 1) * MAX_ITEMS),
  )
}

function throwIfCancelled({ http, run }: BinParts): void {
  refuseLateWrite(run)
  if (http.stop.cancelled.aborted) throw cancelled()
}

function cancelled(): ExpectedError {
  return upstreamFailed(CANCELLED, {
    message: 'cancelled before everything was written',
    next: 'Run it again with the same artifacts. It recognises what was written.',
  })
}

/** Records each create before it is sent, so that a run after a crash knows that it may still be running. */
function withCreatesNoted<Create, Update, Mark>(
  { logger }: BinRun,
  writer: Writer<Create, Update, Mark>,
  { creating, created }: Pick<Journal, 'creating' | 'created'>,
): Writer<Create, Update, Mark> {
  return {
    ...writer,
    async create(item, number) {
      creating(number, writer.createKeyOf(item, number))
      let results: Result[]
      try {
        results = await writer.create(item, number)
      } catch (error) {
        afterFailure(logger, () => created(number))
        throw error
      }
      // A create that was given up because of a cancellation may also still be running.
      if (!results.some(isUnknown)) created(number)
      return results
    },
  }
}

/** Waits for a create that an interrupted run sent, as long as this run waits for a lost one. */
async function untilSettled({ unansweredSince }: Journal, { http, run }: BinParts): Promise<void> {
  if (!unansweredSince) return
  const left = unansweredSince.getTime() + SETTLE_MS - run.clock().getTime()
  // Never longer, even if another machine's clock was wrong.
  if (left > 0) await http.sleep(Math.min(left, SETTLE_MS))
}

function warnSetAside({ warn }: BinRun, path: string): void {
  warn(
    'JOURNAL_OF_ANOTHER_PLAN',
    'An interrupted run of another plan wrote records; its results were saved to a separate file',
    [basename(path)],
  )
}

/** Shows each record of the plan on a terminal. Elsewhere shows counts and keys, and writes the full plan to an artifact. */
function showPlan({ artifacts, run: { environment } }: BinParts, view: PlanView): void {
  const screen = screenOf(process.stdout, environment)
  const isForPeople = screen.isTerminal && !environment.CI
  process.stdout.write(`${planText(view, { details: isForPeople }, screen)}\n`)
  if (isForPeople) return
  writePrivateFile(join(artifacts.dataDir, SHOWN_PLAN), printableJson(view))
}

function logResults(
  { logger, warn, lastRun, clock }: BinRun,
  stage: PlannedSync,
  results: readonly Result[],
): void {
  logger.info(countResults(results), 'results')
  const failed = results.filter(({ status }) => status === 'failed')
  for (const { action, key, id, http_status, error } of failed) {
    logger.error({ action, key, id, http_status }, 'a record failed')
    // Zendesk's error names the record.
    logger.debug({ action, key, id, error }, 'why a record failed')
  }
  if (failed.length > 0) {
    const failing = stillFailing(failed, lastRun?.failing[stage] ?? [], clock().toISOString())
    const lasting = lastingTexts(failing, clock())
    warn(
      'RECORDS_FAILED',
      [`Some records could not be written; ${RESULTS_NAME} says why`, ...lasting].join('; '),
      failed.map(({ key }) => key),
    )
  }
}
