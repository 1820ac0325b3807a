import { z } from 'zod'
import { type ExpectedError, upstreamFailed } from '../../runtime/errors/index.ts'
import type { Client } from './client.ts'
import { parseAnswer } from './schemas.ts'

const LINKS = z.object({ next: z.string().nullish() }).optional()
const META = z.object({ has_more: z.boolean() })

/** A page of a list that always has paging. */
export const PAGE = z.looseObject({ meta: META, links: LINKS, next_page: z.string().nullish() })
/** A page of a list that may come whole, without paging. */
export const PAGE_OR_WHOLE = z.looseObject({
  meta: META.optional(),
  links: LINKS,
  /** For a list by offset: an answer without `meta`. */
  next_page: z.string().nullish(),
})

/** The maximum that Zendesk allows. Without a size, lists come by offset and end after some pages. */
const FIRST_PAGE = { 'page[size]': '100' }

/**
 * Yields a list page by page, by cursor pagination. It requests a page only when the caller wants it. `name` is both
 * the list's path and the key of its records in the answer. The link to the next page may have another host (host
 * mapping), and the credentials must go only to the configured one, so this uses only the cursor of the link.
 * Throws `ExpectedError` INCOMPLETE_READ if the list promises more but names no new page.
 */
export async function* pagesOf<T>(
  client: Client,
  name: string,
  item: z.ZodType<T>,
  form: typeof PAGE | typeof PAGE_OR_WHOLE,
): AsyncGenerator<{ records: T[]; hasMore: boolean }> {
  const call = `GET /${name}`
  const requested = new Set<string>()
  for (let query: Record<string, string> = FIRST_PAGE; ; ) {
    const answer = await client.request('GET', [name, query])
    const page: z.infer<typeof PAGE_OR_WHOLE> = parseAnswer(form, answer, client.service, call)
    const records = parseAnswer(z.array(item), page[name], client.service, `${call} (${name})`)
    // Do not go by the link: a real last page has a link too, to an empty page.
    const hasMore = page.meta ? page.meta.has_more : typeof page.next_page === 'string'
    yield { records, hasMore }
    if (!hasMore) return
    const next = pageQuery(client, page.links?.next ?? page.next_page)
    const position = next && new URLSearchParams(next).toString()
    if (!position || requested.has(position))
      throw incompleteList(
        client,
        `the list of ${name} names no further page after page ${requested.size + 1}`,
      )
    requested.add(position)
    query = next
  }
}

/** The paging parameters of a link: `page[after]` and `page[size]`, or `page`; null if it has none. */
function pageQuery({ endpoint }: Client, link: string | null | undefined): Record<string, string> | null {
  const parameters = URL.parse(link ?? '', endpoint)?.searchParams ?? []
  const ofPage = [...parameters].filter(([name]) => /^(page|per_page)\b/.test(name))
  return ofPage.length === 0 ? null : Object.fromEntries(ofPage)
}

/** The error of an incomplete list. */
export function incompleteList(client: Client, what: string): ExpectedError {
  return upstreamFailed('INCOMPLETE_READ', {
    message: `${client.service} gave an incomplete answer: ${what}`,
    next: 'Start the stage again. It wrote nothing from this incomplete read.',
  })
}
