import { z } from 'zod'
import { ExpectedError } from '../../runtime/errors/index.ts'
import type { Client } from './client.ts'
import { understand } from './schemas.ts'

const LINKS = z.object({ next: z.string().nullish() }).optional()
const META = z.object({ has_more: z.boolean() })

/** A page of a list that always has its paging with it. */
export const PAGE = z.looseObject({ meta: META, links: LINKS, next_page: z.string().nullish() })
/** A page of a list that may come whole, without any. */
export const PAGE_OR_WHOLE = z.looseObject({
  meta: META.optional(),
  links: LINKS,
  /** Of a list by offset, which is what an answer without `meta` is. */
  next_page: z.string().nullish(),
})

/** What Zendesk allows at most. Lists that are asked for without a size come by offset, and end after some pages. */
const FIRST_PAGE = { 'page[size]': '100' }

/**
 * A list by cursor pagination, page by page; the next one is not asked for before it is wanted. `name` is both the
 * list's address and where its records are in the answer. The link to the next page gives its cursor alone: its host
 * may be another one (host mapping), and our credentials go to the configured one.
 * Throws `ExpectedError` INCOMPLETE_READ when more is promised and no new page is named.
 */
export async function* pagesOf<T>(
  client: Client,
  name: string,
  item: z.ZodType<T>,
  form: typeof PAGE | typeof PAGE_OR_WHOLE,
): AsyncGenerator<{ records: T[]; hasMore: boolean }> {
  const call = `GET /${name}`
  const asked = new Set<string>()
  for (let query: Record<string, string> = FIRST_PAGE; ; ) {
    const answer = await client.request('GET', [name, query])
    const page: z.infer<typeof PAGE_OR_WHOLE> = understand(form, answer, client.service, call)
    const records = understand(z.array(item), page[name], client.service, `${call} (${name})`)
    // Not by the link: a real last page carries one all the same, to an empty page.
    const hasMore = page.meta ? page.meta.has_more : typeof page.next_page === 'string'
    yield { records, hasMore }
    if (!hasMore) return
    const next = pageQuery(client, page.links?.next ?? page.next_page)
    const position = next && new URLSearchParams(next).toString()
    if (!position || asked.has(position))
      throw incompleteList(client, `the list of ${name} has no way on after page ${asked.size + 1}`)
    asked.add(position)
    query = next
  }
}

/** The part of a link that says which page: `page[after]` and `page[size]`, or `page`; null when it has none. */
function pageQuery({ endpoint }: Client, link: string | null | undefined): Record<string, string> | null {
  const parameters = URL.parse(link ?? '', endpoint)?.searchParams ?? []
  const ofPage = [...parameters].filter(([name]) => /^(page|per_page)\b/.test(name))
  return ofPage.length === 0 ? null : Object.fromEntries(ofPage)
}

/** For a list that is not whole. */
export function incompleteList(client: Client, what: string): ExpectedError {
  return new ExpectedError({
    kind: 'upstream',
    code: 'INCOMPLETE_READ',
    message: `${client.service} gave an incomplete answer: ${what}.`,
    next: 'Start again: nothing was written from what was read so far.',
  })
}
