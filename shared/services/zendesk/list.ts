import { z } from 'zod'
import type { Client } from './client.ts'
import { incompleteList, PAGE, pagesOf } from './pages.ts'
import { understand } from './schemas.ts'

type Resource = 'organizations' | 'users'

const COUNT = z.object({
  count: z.object({ value: z.int().nonnegative(), refreshed_at: z.string().nullish() }),
})

/** How many records there are, and whether they were counted a moment ago. */
type Count = { value: number; isFresh: boolean }

/** From here on Zendesk counts once a day only, or says 100,000 until it has counted. */
const COUNTED_DAILY = 100_000

/**
 * A count that is older than this is not held against a list: it is from before a bulk deletion, perhaps. So much for
 * clocks that differ; a small instance is counted when it is asked.
 */
const FRESH_MS = 15 * 60_000

/** A page may be empty and followed by others; a list that goes on so has no end. */
const MAX_BARREN = 10

/**
 * Every record of an instance, by cursor pagination with 100 a page, page by page. Only the ids are kept.
 * A record that comes twice is handed on once and counted once, so that a page served twice cannot stand in
 * for one left out.
 * Throws `ExpectedError` INCOMPLETE_READ when pages go round in circles or records are missing at the end, so
 * what was handed on is only good once the iteration has ended. An old count says nothing of missing records: then the
 * gather is held against the last run's alone (GATHER_SHRANK).
 */
export async function* listAll<T extends { id: number }>(
  client: Client,
  resource: Resource,
  schema: z.ZodType<T>,
): AsyncGenerator<T[]> {
  const expected = await countOf(client, resource)
  const ids = new Set<number>()
  let barren = 0
  for await (const { records, hasMore } of pagesOf(client, resource, schema, PAGE)) {
    const fresh = records.filter(record => ids.size < ids.add(record.id).size)
    if (fresh.length < records.length) {
      const repeated = records.length - fresh.length
      client.context.logger.warn({ service: client.service, resource, repeated }, 'Records came twice')
    }
    client.context.progress({ kind: 'count', what: resource, done: ids.size, of: expected.value })
    if (fresh.length > 0) yield fresh
    barren = fresh.length > 0 ? 0 : barren + 1
    if (hasMore && (barren > MAX_BARREN || ids.size > 10 * (expected.value + COUNTED_DAILY)))
      throw incompleteList(client, `the list of ${resource} has no end after ${ids.size} records`)
  }
  await holdAgainstCount(client, resource, ids.size, expected)
}

/** Records are created and deleted while we read, so the count before and the one after both may vouch. */
async function holdAgainstCount(
  client: Client,
  resource: Resource,
  read: number,
  expected: Count,
): Promise<void> {
  if (vouches(expected, read)) return
  const now = await countOf(client, resource)
  if (vouches(now, read)) return
  throw incompleteList(client, `${read} ${resource} came of ${now.value}`)
}

function vouches({ value, isFresh }: Count, read: number): boolean {
  return !isFresh || read >= value - mostMissing(value)
}

async function countOf(client: Client, resource: Resource): Promise<Count> {
  const answer = await client.request('GET', [resource, 'count'])
  const { count } = understand(COUNT, answer, client.service, `GET /${resource}/count`)
  const isFresh = isFreshCount(count.value, count.refreshed_at, client.context.now())
  if (!isFresh) {
    const { value, refreshed_at } = count
    client.context.logger.warn({ service: client.service, resource, value, refreshed_at }, 'The count is old')
  }
  return { value: count.value, isFresh }
}

/** Without a time a count is as of now, unless it is the 100,000 that Zendesk says until it has counted. */
function isFreshCount(value: number, refreshedAt: string | null | undefined, now: number): boolean {
  const at = Date.parse(refreshedAt ?? '')
  return Number.isNaN(at) ? value < COUNTED_DAILY : now - at <= FRESH_MS
}

/**
 * How many records may be missing without the read being called short. A lost page is 100 records. The few
 * are for what is deleted ahead of us while something else is created: never more than 5, nor than 1 %.
 * A count that is a day old can only show that a large part is missing.
 */
export function mostMissing(count: number): number {
  if (count >= COUNTED_DAILY) return Math.floor(count / 20)
  return Math.min(5, Math.floor(count / 100))
}
