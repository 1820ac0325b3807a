import type { AttributeValues, Result } from '../../domain/index.ts'
import { RefusedError } from '../../services/http/index.ts'
import type { ItemResult, Refusal } from '../../services/zendesk/index.ts'
import { inHalves, type RunEnd } from './in-halves.ts'
import { type Difference, readBack, unknown } from './read-back.ts'
import { failed, result } from './results.ts'
import { upstreamRefusal, type WriteKind, watchUpstream } from './upstream.ts'
import type { Records, RecordWrite, WritingRun } from './writing.ts'

type Attempt = { write: RecordWrite; values: AttributeValues }

/** The state of a write. */
type Progress = {
  write: RecordWrite
  accepted: AttributeValues
  refused: Map<Refusal, string[]>
  /** The refusal that ended the write before all attributes were written. */
  end?: Refusal
  /** Attributes to write one by one. */
  left: string[]
}

/** Codes of refusals that concern no single attribute. */
const RECORD_CODES = new Set([
  'RECORD_GONE',
  'UPSTREAM_REFUSED',
  'RESULT_UNKNOWN',
  'NOT_SENT',
  'JOB_FAILED',
  'JOB_KILLED',
  'JOB_NOT_ENDED',
])
const FAILED_TOGETHER = new Set(['JOB_FAILED', 'JOB_KILLED'])

/**
 * Writes up to 100 records and reads them back. If Zendesk refuses some attributes of a record, writes the others; if
 * Zendesk does not name them, writes attribute by attribute. Returns the results, and the writes that are left because
 * Zendesk fails at this kind. If the run must end, records the results so far, and then throws.
 */
export async function writeItems(
  writes: readonly RecordWrite[],
  kind: WriteKind,
  records: Records,
  run: WritingRun,
): Promise<{ results: Result[]; rest: RecordWrite[] }> {
  // The last round tries these.
  if (run.upstream.isSetAside(kind)) return { results: [], rest: [...writes] }
  const all = writes.map((write): Progress => ({ write, accepted: {}, refused: new Map(), left: [] }))
  const byId = new Map(all.map(progress => [progress.write.id, progress]))
  const rest = new Set<RecordWrite>()

  let attempts: Attempt[] = writes.map(write => ({ write, values: write.values }))
  let end: RunEnd | undefined
  while (attempts.length > 0 && !end) {
    const { answers, rest: untried, end: ended } = await sendInHalves(attempts, kind, records, run)
    end = ended
    for (const { write } of untried) rest.add(write)
    const next: Attempt[] = []
    for (const { attempt, given } of answers) {
      const progress = byId.get(attempt.write.id)
      if (!progress) continue
      const again = judge(progress, attempt.values, given, records)
      if (again) next.push({ write: attempt.write, values: again })
    }
    // Attributes one by one come last, after all that can be sent together.
    attempts = next.length > 0 ? next : oneOfEach(all.filter(({ write }) => !rest.has(write)))
  }
  end ??= await removeMarks(
    all.filter(one => rest.has(one.write) || (one.end && one.end.code !== 'RECORD_GONE')),
    kind,
    records,
    run,
  )
  // A record of which only some attributes were written is left too, but has results.
  const done = all.filter(({ write, accepted }) => !rest.has(write) || Object.keys(accepted).length > 0)
  const sent = done.flatMap(({ write, accepted }) =>
    Object.keys(accepted).length > 0 ? [{ id: write.id, values: accepted }] : [],
  )
  let differences: Map<number, Difference>
  try {
    differences = await readBack(sent, kind, records, run)
  } catch (error) {
    end ??= { error }
    differences = new Map(sent.map(({ id }) => [id, notReadBack(error)]))
  }
  const results = done.flatMap(progress => resultsOf(progress, differences.get(progress.write.id)))
  if (!end) return { results, rest: [...rest] }
  await run.record(results)
  throw end.error
}

function notReadBack(error: unknown): Difference {
  const message = error instanceof Error ? error.message : String(error)
  return unknown({ status: error instanceof RefusedError ? error.status : null, message })
}

/**
 * Removes the marks of records that failed as a whole, because marked records are deleted. Another attribute may be the
 * cause, so each mark is written without the others. A success shows that Zendesk is available. A failure does not count
 * again, because the record has already counted. In an outage, this ends after three failures in a row.
 */
async function removeMarks(
  all: readonly Progress[],
  kind: WriteKind,
  records: Records,
  run: WritingRun,
): Promise<RunEnd | undefined> {
  const marked = all.filter(({ write: { values }, accepted, refused }) => {
    const isTried =
      Object.hasOwn(accepted, records.mark) || [...refused.values()].flat().includes(records.mark)
    return values[records.mark] === false && Object.keys(values).length > 1 && !isTried
  })
  const attempts = marked.map(({ write }): Attempt => ({ write, values: { [records.mark]: false } }))
  const own = watchUpstream()
  const upstream = {
    ...own,
    answered() {
      own.answered()
      run.upstream.answered()
    },
  }
  const { answers, end } = await sendInHalves(attempts, kind, records, { ...run, upstream })
  const written = new Set(
    answers.flatMap(({ attempt, given }) => (given.outcome === 'written' ? [attempt.write] : [])),
  )
  for (const { write, accepted } of marked) if (written.has(write)) accepted[records.mark] = false
  return end
}

function sendInHalves(attempts: readonly Attempt[], kind: WriteKind, records: Records, run: WritingRun) {
  const { upstream, throwIfStopped } = run
  return inHalves<Attempt, { attempt: Attempt; given: ItemResult }>(attempts, {
    async ask(piece) {
      const given = await records.send(piece.map(({ write: { id }, values }) => ({ id, values })))
      const pairs = piece.flatMap((attempt, index) => {
        const one = given[index]
        return one ? [{ attempt, given: one }] : []
      })
      if (pairs.some(({ given }) => !isUnprocessed(given))) upstream.answered()
      const isTogether = ({ given }: { given: ItemResult }) => piece.length > 1 && hasFailedTogether(given)
      return {
        answers: pairs.filter(pair => !isTogether(pair)),
        again: pairs.filter(isTogether).map(({ attempt }) => attempt),
      }
    },
    failedAlone: (attempt, problem) => ({
      attempt,
      given: { id: attempt.write.id, outcome: 'failed', ...upstreamRefusal(problem) },
    }),
    failed: (problem, inARow) => upstream.failed(kind, problem, inARow),
    mayContinue() {
      if (upstream.isSetAside(kind)) return false
      throwIfStopped()
      return true
    },
  })
}

/** Whether an item failed because Zendesk did not process it. */
function isUnprocessed(given: ItemResult): boolean {
  return given.outcome === 'failed' && RECORD_CODES.has(given.code) && given.code !== 'RECORD_GONE'
}

/** Whether the whole request was refused, or the job had no result for this item. */
function hasFailedTogether(given: ItemResult): boolean {
  return given.outcome === 'failed' && (given.status !== null || FAILED_TOGETHER.has(given.code))
}

/** Records the outcome of an attempt. Returns the record's next attempt, if any. */
function judge(
  progress: Progress,
  values: AttributeValues,
  given: ItemResult,
  records: Records,
): AttributeValues | undefined {
  const attributes = Object.keys(values)
  if (given.outcome === 'written') {
    Object.assign(progress.accepted, values)
    return undefined
  }
  const { id: _, outcome: __, ...refusal } = given
  if (RECORD_CODES.has(refusal.code)) {
    progress.end = refusal
    progress.left = []
    return undefined
  }
  const named = records.named(refusal, attributes)
  const culprits = attributes.length === 1 ? attributes : named
  if (culprits.length === 0) {
    progress.left = records.inOrder(attributes)
    return undefined
  }
  const refused = culprits.filter(attribute => !records.postpone?.(progress.write, attribute, refusal))
  if (refused.length > 0) progress.refused.set(refusal, refused)
  const without = Object.entries(values).filter(([attribute]) => !culprits.includes(attribute))
  return without.length === 0 ? undefined : Object.fromEntries(without)
}

/** The next attribute of each record that is written one by one. */
function oneOfEach(all: readonly Progress[]): Attempt[] {
  return all.flatMap(({ write, left }) => {
    const attribute = left.shift()
    const value = attribute === undefined ? undefined : write.values[attribute]
    return attribute === undefined || value === undefined ? [] : [{ write, values: { [attribute]: value } }]
  })
}

function resultsOf({ write, accepted, refused, end }: Progress, different: Difference | undefined): Result[] {
  const { action, key, id, values } = write
  const results: Result[] = []
  if (different?.refusal) return [failed({ action, key, id }, different.refusal)]
  const notStored = different?.attributes ?? []
  const stored = Object.keys(accepted).filter(attribute => !notStored.includes(attribute))
  // The create's own result covers what is written for it.
  if (stored.length > 0 && action !== 'create')
    results.push(result({ action, key, id }, 'written', { http_status: 200 }))
  if (different && notStored.length > 0) results.push(notStoredResult(write, different))
  for (const [refusal, attributes] of refused) results.push(failed({ action, key, id }, refusal, attributes))
  if (end) {
    const missing = Object.keys(values).filter(attribute => !Object.hasOwn(accepted, attribute))
    results.push(failed({ action, key, id }, end, stored.length > 0 ? missing : []))
  }
  return results
}

/** The result if Zendesk accepted some attributes but stores other values. */
export function notStoredResult(
  { action, key, id }: Pick<RecordWrite, 'action' | 'key' | 'id'>,
  { attributes, sentence }: Difference,
): Result {
  const refusal = { status: 200, code: 'NOT_STORED', message: sentence }
  return failed({ action, key, id }, refusal, attributes)
}
