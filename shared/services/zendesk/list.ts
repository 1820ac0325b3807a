import { z } from 'zod'
import type { Client } from './client.ts'
import { incompleteList, PAGE, pagesOf } from './pages.ts'
import { parseAnswer } from './schemas.ts'

type Resource = 'organizations' | 'users'

const COUNT = z.object({
  count: z.object({ value: z.int().nonnegative(), refreshed_at: z.string().nullish() }),
})

/** How many records there are, and whether Zendesk counted them just now. */
type Count = { value: number; isFresh: boolean }

/** From this number on, Zendesk counts only once a day, or says 100,000 until it has counted. */
const COUNTED_DAILY = 100_000

/**
 * A list is not compared with an older count, which may be from before a bulk deletion. The margin allows for clocks
 * that differ: Zendesk counts a small instance on request.
 */
const FRESH_MS = 15 * 60_000

/**
 * An empty page may be followed by others. After more than this many pages without new records, the list counts as
 * endless.
 */
const MAX_PAGES_WITHOUT_NEW = 10

/**
 * Yields every record of an instance, page by page, by cursor pagination with 100 per page. Keeps only the ids in
 * memory. Yields and counts each record once, so that a repeated page cannot hide a missing one.
 * Throws `ExpectedError` INCOMPLETE_READ if the list does not end, or if records are missing at its end. So do not
 * trust the records before the iteration has ended. An old count cannot show missing records; then only the comparison
 * with the last run can (GATHER_SHRANK).
 */
export async function* listAll<T extends { id: number }>(
  client: Client,
  resource: Resource,
  schema: z.ZodType<T>,
): AsyncGenerator<T[]> {
  const expected = await countOf(client, resource)
  const ids = new Set<number>()
  let pagesWithoutNew = 0
  for await (const { records, hasMore } of pagesOf(client, resource, schema, PAGE)) {
    const fresh = records.filter(record => ids.size < ids.add(record.id).size)
    if (fresh.length < records.length) {
      const repeated = records.length - fresh.length
      client.context.logger.warn({ service: client.service, resource, repeated }, 'some records came twice')
    }
    client.context.progress({ kind: 'count', what: resource, done: ids.size, of: expected.value })
    if (fresh.length > 0) yield fresh
    pagesWithoutNew = fresh.length > 0 ? 0 : pagesWithoutNew + 1
    if (
      hasMore &&
      (pagesWithoutNew > MAX_PAGES_WITHOUT_NEW || ids.size > 10 * (expected.value + COUNTED_DAILY))
    )
      throw incompleteList(client, `the list of ${resource} does not end after ${ids.size} records`)
  }
  await compareWithCount(client, resource, ids.size, expected)
}

/** Other programs create and delete records while we read, so either the count before or the one after may match. */
async function compareWithCount(
  client: Client,
  resource: Resource,
  read: number,
  expected: Count,
): Promise<void> {
  if (matches(expected, read)) return
  const now = await countOf(client, resource)
  if (matches(now, read)) return
  throw incompleteList(client, `it sent ${read} of ${now.value} ${resource}`)
}

function matches({ value, isFresh }: Count, read: number): boolean {
  return !isFresh || read >= value - maxMissing(value)
}

async function countOf(client: Client, resource: Resource): Promise<Count> {
  const answer = await client.request('GET', [resource, 'count'])
  const { count } = parseAnswer(COUNT, answer, client.service, `GET /${resource}/count`)
  const isFresh = isFreshCount(count.value, count.refreshed_at, client.context.now())
  if (!isFresh) {
    const { value, refreshed_at } = count
    client.context.logger.warn({ service: client.service, resource, value, refreshed_at }, 'the count is old')
  }
  return { value: count.value, isFresh }
}

/** A count without a time is fresh, unless it is the 100,000 that Zendesk says until it has counted. */
function isFreshCount(value: number, refreshedAt: string | null | undefined, now: number): boolean {
  const at = Date.parse(refreshedAt ?? '')
  return Number.isNaN(at) ? value < COUNTED_DAILY : now - at <= FRESH_MS
}

/**
 * How many records may be missing before a read counts as incomplete. A lost page is 100 records. The tolerance is for
 * records that are deleted while others are created: at most 5, and at most 1 %. From 100,000 on it is 5 %.
 */
export function maxMissing(count: number): number {
  if (count >= COUNTED_DAILY) return Math.floor(count / 20)
  return Math.min(5, Math.floor(count / 100))
}
