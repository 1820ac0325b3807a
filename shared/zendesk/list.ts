import { z } from 'zod'
import type { Client } from './client.ts'
import { incompleteList, PAGE, pagesOf } from './pages.ts'
import { understand } from './schemas.ts'

type Resource = 'organizations' | 'users'

const COUNT = z.object({ count: z.object({ value: z.int().nonnegative() }) })

/** From here on Zendesk counts once a day only, or says 100,000 until it has counted. */
const COUNTED_DAILY = 100_000

/** A page may be empty and followed by others; a list that goes on so has no end. */
const MOST_BARREN = 10

/**
 * Every record of an instance, by cursor pagination with 100 a page, page by page. Only the ids are kept.
 * A record that comes twice is handed on once and counted once, so that a page served twice cannot stand in
 * for one left out.
 * Throws `Trouble` INCOMPLETE_READ when pages go round in circles or records are missing at the end, so
 * what was handed on is only good once the iteration has ended.
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
      client.context.logger.warn({ neighbour: client.neighbour, resource, repeated }, 'Records came twice')
    }
    if (fresh.length > 0) yield fresh
    barren = fresh.length > 0 ? 0 : barren + 1
    if (hasMore && (barren > MOST_BARREN || ids.size > 10 * (expected + COUNTED_DAILY)))
      throw incompleteList(client, `the list of ${resource} has no end after ${ids.size} records`)
  }
  await holdAgainstCount(client, resource, ids.size, expected)
}

/** Records are created and deleted while we read, so the count before and the one after both may vouch. */
async function holdAgainstCount(
  client: Client,
  resource: Resource,
  read: number,
  expected: number,
): Promise<void> {
  if (read >= expected - mostMissing(expected)) return
  const now = await countOf(client, resource)
  if (read >= now - mostMissing(now)) return
  throw incompleteList(client, `${read} ${resource} came of ${now}`)
}

async function countOf(client: Client, resource: Resource): Promise<number> {
  const answer = await client.request('GET', [resource, 'count'])
  return understand(COUNT, answer, client.neighbour, `GET /${resource}/count`).count.value
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
