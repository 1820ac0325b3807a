import { z } from 'zod'

/** What became of one write: a record of sync_results.json. */
export const resultSchema = z.object({
  /** `notify`: Slack was told that nobody could be associated with a new organization. */
  action: z.enum(['create', 'associate', 'update', 'mark', 'notify']),
  /** The organization's salesforce_id. Of a user: the Zendesk id, or `creates.json record N`; never an address. */
  key: z.string(),
  /** Zendesk's id; null when there is none. */
  id: z.int().nullable(),
  /** `owed`: not done, and the next run does it. */
  status: z.enum(['written', 'recognised', 'skipped', 'failed', 'owed']),
  http_status: z.int().nullable(),
  /** Of `RESULT_CODES`, or Zendesk's own; null where the write happened. An older run's record has none. */
  code: z.string().nullable().default(null),
  /** A sentence for people. */
  error: z.string().nullable(),
  /** Of a failure of some attributes: which. Empty where it is about the whole record. */
  attributes: z.array(z.string()).default(() => []),
})
export type Result = z.infer<typeof resultSchema>

/**
 * What each write came to in the end. The results of an interrupted run stand before those of the runs that went on
 * with it: what it gave up was tried again, and what it wrote was recognised. Attributes that failed stay beside what
 * was written without them, until the whole record is written again.
 */
export function settledResults(results: Iterable<Result>): Result[] {
  const settled = new Map<string, Map<string, Result>>()
  for (const result of results) {
    const write = writeOf(result)
    const parts = settled.get(write) ?? new Map<string, Result>()
    const whole = parts.get(WHOLE)
    const isSeenAgain = result.status === 'recognised' && whole?.status === 'written'
    if (isSeenAgain) continue
    if (partOf(result) === WHOLE) parts.clear()
    parts.set(partOf(result), result)
    settled.set(write, parts)
  }
  return [...settled.values()].flatMap(parts => [...parts.values()])
}

/**
 * One record a Slack message: that it is owed is noted before it is sent, so that a crash does not lose it, and no
 * longer holds once a later record says what became of it.
 */
export function withoutPaidOff(results: readonly Result[]): Result[] {
  const last = new Map(results.map((result, index) => [writeOf(result), index]))
  return results.filter((result, index) => result.status !== 'owed' || last.get(writeOf(result)) === index)
}

const WHOLE = ''

function writeOf({ action, key, id }: Result): string {
  // Until it is made, a create has no id.
  return JSON.stringify([action, key, action === 'create' ? null : id])
}

function partOf({ status, attributes }: Result): string {
  return status === 'failed' ? attributes.join(' ') : WHOLE
}

/** How many writes came to what, by action and status: `update_written`. */
export function countResults(results: Iterable<Result>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { action, status } of results) {
    const name = `${action}_${status}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** How the warning of a mark that is held back for a name says whose create it was, and who holds the name. */
export function nameHeldKey(salesforce_id: string, organizationId: number): string {
  return `${createOfKey(salesforce_id)}organization ${organizationId}`
}

/** Whether a warning's key is of the failed create of this salesforce_id. */
export function isNameHeldOf(key: string, salesforce_id: string): boolean {
  return key.startsWith(createOfKey(salesforce_id))
}

function createOfKey(salesforce_id: string): string {
  return `${salesforce_id}: `
}
