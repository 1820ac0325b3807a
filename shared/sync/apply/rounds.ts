import type { Result } from '../../domain/index.ts'
import { forEachConcurrent } from '../../services/http/index.ts'
import type { SyncPlan } from '../plan/index.ts'
import { failed, isGivenUp } from './results.ts'
import { isRequestFailure, upstreamRefusal } from './upstream.ts'
import { batches, type WritingRun } from './writing.ts'

/** The part of a run that a writer needs. */
export type ConnectedRun = WritingRun & {
  /** The results of an interrupted run of the same plan. */
  earlier: readonly Result[]
  /** All results so far. */
  results: () => readonly Result[]
}

/** The results of a batch, and the items that are left because Zendesk fails at this kind. */
export type Written<Item> = { results: Result[]; rest: Item[] }

/** A create and its number in the plan. */
export type Numbered<Create> = { item: Create; number: number }

/** How one kind of record is written. Each function returns one result per write. */
export type Writer<Create, Update, Mark> = {
  /** Keys such as the name or a sold-to contact. Creates that share a key never run in parallel. */
  createKeys: (item: Create) => readonly string[]
  /** The key of a create's results. */
  createKeyOf: (item: Create, number: number) => string
  create: (item: Create, number: number, isLastTry?: boolean) => Promise<Result[]>
  /** Called with a create that is set aside, so that its name is known before the marks. */
  createLater?: (item: Create) => void
  /** Each call of `update` or `mark` has at most one running Zendesk job. */
  update: (batch: readonly Update[]) => Promise<Written<Update>>
  /**
   * Writes the names that waited for other writes. Runs between the updates and the marks. Returns the creates that were
   * refused for their name, to be tried once more.
   */
  writePostponed?: () => Promise<Numbered<Create>[]>
  mark: (batch: readonly Mark[]) => Promise<Written<Mark>>
  /** Runs after all writes. */
  finish?: () => Promise<void>
}

/**
 * Zendesk takes about a third of a second for a create. This many in parallel nearly reach the rate limit of every Zendesk
 * plan except the largest. More would only add load.
 */
const PARALLEL_CREATES = 8

/**
 * Zendesk allows about 30 queued or running jobs. This leaves some for other programs. A batch or a create has at most one
 * running job, and creates, updates and marks run in sequence, so nothing else needs to count them.
 */
const PARALLEL_JOBS = 25

/** Two rounds of creates, updates and marks. The second tries again what the first set aside. */
export async function applyAll<Create, Update, Mark>(
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
  let failedInARow = 0
  async function createOne(create: Numbered<Create>, isLastTry: boolean): Promise<void> {
    const { item, number } = create
    if (upstream.isSetAside('creates')) {
      rest.creates.push(create)
      writer.createLater?.(item)
      return
    }
    try {
      const results = await writer.create(item, number, isLastTry)
      await record(results)
      if (results.some(isGivenUp)) return
      failedInARow = 0
      upstream.answered()
    } catch (error) {
      if (!isRequestFailure(error)) throw error
      failedInARow += 1
      upstream.failed('creates', error, failedInARow)
      await record([
        failed({ action: 'create', key: writer.createKeyOf(item, number), id: null }, upstreamRefusal(error)),
      ])
    }
  }
  await forEachConcurrent(creates, creating, create => createOne(create, false))
  const inJobs = { concurrency: PARALLEL_JOBS, throwIfStopped }
  await forEachConcurrent(batches(updates), inJobs, async batch => {
    const written = await writer.update(batch)
    rest.updates.push(...written.rest)
    await record(written.results)
  })
  const refusedForName = (await writer.writePostponed?.()) ?? []
  await forEachConcurrent(refusedForName, creating, create => createOne(create, true))
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
