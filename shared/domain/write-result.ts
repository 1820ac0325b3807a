import { z } from 'zod'

/** What became of one write: a record of sync_results.json. */
export const resultSchema = z.object({
  action: z.enum(['create', 'associate', 'update', 'mark']),
  /** The organization's salesforce_id. Of a user: his Zendesk id, or `creates.json record N`; never an address. */
  key: z.string(),
  /** Zendesk's id; null when there is none. */
  id: z.int().nullable(),
  status: z.enum(['written', 'recognised', 'skipped', 'failed']),
  http_status: z.int().nullable(),
  error: z.string().nullable(),
})
export type Result = z.infer<typeof resultSchema>

/** A name that was refused is told so: the record's other attributes are written without it. */
export const NAME_REFUSED = 'name: '

/**
 * What each write came to in the end. The results of an interrupted run stand before those of the runs that went on
 * with it: what it gave up was tried again, and what it wrote was recognised. A refused name stays beside what was
 * written without it.
 */
export function settledResults(results: Iterable<Result>): Result[] {
  const settled = new Map<string, Result>()
  for (const result of results) {
    const write = writeOf(result)
    const isSeenAgain = result.status === 'recognised' && settled.get(write)?.status === 'written'
    if (!isSeenAgain) settled.set(write, result)
  }
  return [...settled.values()]
}

function writeOf({ action, key, id, status, error }: Result): string {
  const part = status === 'failed' && error?.startsWith(NAME_REFUSED) ? 'name' : ''
  // Until it is made, a create has no id.
  return JSON.stringify([action, key, action === 'create' ? null : id, part])
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

/** The code of a create that found its name with another account's organization. */
export const NAME_TAKEN = 'NAME_TAKEN'
/** How its error begins: Zendesk gives it no code. */
export const NAME_IS_TAKEN = 'its name is taken'

/** The code of a mark that was not made, for the organization holds the name of a create that failed for it. */
export const NAME_HELD = 'NAME_HELD'
const HOLDS_NAME = 'holds the name of'

/** What the result of such a mark tells. */
export function nameHeldError(salesforce_id: string): string {
  return `${HOLDS_NAME} ${salesforce_id}, whose create failed for it`
}

/** How the warning of such a mark names whose create it was, and who holds the name. */
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

/**
 * The code at the head of a failed record's error, such as DuplicateValue: what follows it may quote the record.
 * NAME_TAKEN where a create found its name taken, NAME_HELD where the mark of who has it was held back for that, FAILED
 * where there is no code.
 */
export function failureCode(error: string | null): string {
  if (error?.startsWith(NAME_IS_TAKEN)) return NAME_TAKEN
  if (error?.startsWith(HOLDS_NAME)) return NAME_HELD
  return /^(?:name: )?(\w+):/.exec(error ?? '')?.[1] ?? 'FAILED'
}
