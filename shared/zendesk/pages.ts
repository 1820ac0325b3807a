import { z } from 'zod'
import { Trouble } from '../errors/index.ts'
import type { Client } from './client.ts'
import { understand } from './schemas.ts'

const LINKS = z.object({ next: z.string().nullish() }).optional()
const META = z.object({ has_more: z.boolean() })

/** A page of a list that always has its paging with it. */
export const PAGE = z.looseObject({ meta: META, links: LINKS })
/** A page of a list that may come whole, without any. */
export const PAGE_OR_WHOLE = z.looseObject({ meta: META.optional(), links: LINKS })

/**
 * A list by cursor pagination, page by page; the next one is not asked for before it is wanted. `name` is both the
 * list's address and where its records stand in the answer.
 * Throws `Trouble` INCOMPLETE_READ when more is promised and no new page is named.
 */
export async function* pagesOf<T>(
  client: Client,
  name: string,
  item: z.ZodType<T>,
  form: typeof PAGE | typeof PAGE_OR_WHOLE,
): AsyncGenerator<{ records: T[]; hasMore: boolean }> {
  const call = `GET /${name}`
  const asked = new Set<string>()
  for (let address: string | string[] = [name]; ; ) {
    const answer = await client.request('GET', address)
    const page: z.infer<typeof PAGE_OR_WHOLE> = understand(form, answer, client.neighbour, call)
    const records = understand(z.array(item), page[name], client.neighbour, `${call} (${name})`)
    // Not by the link: a real last page carries one all the same, to an empty page.
    const hasMore = page.meta?.has_more === true
    yield { records, hasMore }
    if (!hasMore) return
    const next = page.links?.next
    if (!next?.startsWith(`${client.endpoint}/`) || asked.has(next))
      throw incompleteList(client, `the list of ${name} has no way on after page ${asked.size + 1}`)
    asked.add(next)
    address = next
  }
}

/** For a list that is not whole. */
export function incompleteList(client: Client, what: string): Trouble {
  return new Trouble(
    'upstream',
    'INCOMPLETE_READ',
    `${client.neighbour} gave an incomplete answer: ${what}.`,
    'Start again: nothing was written from what was read so far.',
  )
}
