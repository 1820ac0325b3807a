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
import { reportProgress } from '../../services/http/index.ts'
import { SETTLE_MS } from '../../services/zendesk/index.ts'
import { assertAsReviewed, type PlanView, planText, type SyncPlan } from '../plan/index.ts'
import { refuseLateWrite } from './deadline.ts'
import { guardPlan } from './guards.ts'
import { fingerprint, type Journal, openJournal } from './journal.ts'
import { notePlanWrites, unusablePlan } from './plan-age.ts'
import { isGivenUp, isUnknown } from './results.ts'
import { applyAll, type ConnectedRun, type Writer } from './rounds.ts'
import { watchUpstream } from './upstream.ts'

/**
 * Applies a plan. It must be the reviewed plan, if one is named, and pass the guards. A dry run ends there, before any
 * connection. Then come all creates, all updates and all marks, several of a kind in parallel, with each result on disk at
 * once. `view` is the plan as a dry run shows it. Returns the exit code.
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
  const unusable = await unusablePlan(parts, stage)
  if (options.dryRun) showPlan(parts, view)
  if (unusable) throw unusable
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
  await untilCreatesEnd(journal, parts)
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

/** Records each create before it is sent: after a crash, the next run then knows that Zendesk may still be working on it. */
function withCreatesNoted<Create, Update, Mark>(
  { logger }: BinRun,
  writer: Writer<Create, Update, Mark>,
  { creating, created }: Pick<Journal, 'creating' | 'created'>,
): Writer<Create, Update, Mark> {
  return {
    ...writer,
    async create(item, number, isLastTry) {
      creating(number, writer.createKeyOf(item, number))
      let results: Result[]
      try {
        results = await writer.create(item, number, isLastTry)
      } catch (error) {
        afterFailure(logger, () => created(number))
        throw error
      }
      // After a cancellation, Zendesk may also still be working on a create.
      if (!results.some(isUnknown)) created(number)
      return results
    },
  }
}

/** Waits until Zendesk has certainly ended the creates that an interrupted run sent and got no answer to. */
async function untilCreatesEnd({ unansweredSince }: Journal, { http, run }: BinParts): Promise<void> {
  if (!unansweredSince) return
  const left = unansweredSince.getTime() + SETTLE_MS - run.clock().getTime()
  // Another machine's clock may be ahead, so never wait longer than that.
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
    // At debug level, because Zendesk's error has values of the record.
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
