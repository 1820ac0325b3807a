import { z } from 'zod'

/** The outcome of one write: a record of sync_results.json. */
export const resultSchema = z.object({
  /** `notify`: a Slack message that no user could be associated with a new organization. */
  action: z.enum(['create', 'associate', 'update', 'mark', 'notify']),
  /**
   * The organization's salesforce_id, or else `organization ID`. For a user: the Zendesk id, or `creates.json record N`;
   * never an address.
   */
  key: z.string(),
  /** Zendesk's id; null if there is none. */
  id: z.int().nullable(),
  /** `owed`: not done; the next run does it. */
  status: z.enum(['written', 'recognised', 'skipped', 'failed', 'owed']),
  http_status: z.int().nullable(),
  /** One of `RESULT_CODES`, or Zendesk's own code; null if the write succeeded. Records of older runs lack it. */
  code: z.string().nullable().default(null),
  /** A sentence for people. */
  error: z.string().nullable(),
  /** The attributes that failed. Empty if the result is about the whole record. */
  attributes: z.array(z.string()).default(() => []),
})
export type Result = z.infer<typeof resultSchema>

/**
 * The final outcome of each write. The results of an interrupted run come before those of the runs that resumed it,
 * which tried its failed writes again and recognised its finished ones. If a record was written without some
 * attributes, their failures stay in the results until the whole record is written.
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
 * Keeps one record per Slack message. The sync records a message as owed before it sends it, so a crash cannot lose
 * it. A later record of the same message replaces the owed one.
 */
export function withoutReplacedOwed(results: readonly Result[]): Result[] {
  const last = new Map(results.map((result, index) => [writeOf(result), index]))
  return results.filter((result, index) => result.status !== 'owed' || last.get(writeOf(result)) === index)
}

const WHOLE = ''

function writeOf({ action, key, id }: Result): string {
  // A create has no id before it succeeds.
  return JSON.stringify([action, key, action === 'create' ? null : id])
}

function partOf({ status, attributes }: Result): string {
  return status === 'failed' ? attributes.join(' ') : WHOLE
}

/** Counts the writes by action and status: `update_written`. */
export function countResults(results: Iterable<Result>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { action, status } of results) {
    const name = `${action}_${status}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** The key of the warning about a held-back mark: the account whose create failed, and the organization with the name. */
export function nameHeldKey(salesforce_id: string, organizationId: number): string {
  return `${createOfKey(salesforce_id)}organization ${organizationId}`
}

/** Whether a warning's key belongs to the failed create of this salesforce_id. */
export function isNameHeldOf(key: string, salesforce_id: string): boolean {
  return key.startsWith(createOfKey(salesforce_id))
}

function createOfKey(salesforce_id: string): string {
  return `${salesforce_id}: `
}
