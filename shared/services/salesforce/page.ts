import { z } from 'zod'
import { type ExpectedError, upstreamFailed } from '../../runtime/errors/index.ts'

export type SalesforceRecord = Record<string, unknown>

const PAGE = z.object({
  totalSize: z.int().nonnegative(),
  done: z.boolean(),
  // Accept only a path: a full address could send the session to another host.
  nextRecordsUrl: z.string().startsWith('/services/').nullish(),
  // z.record would copy each record.
  records: z.array(z.custom<SalesforceRecord>(value => typeof value === 'object' && value !== null)),
})

/** A page of a query's records, or of a record's child set. */
export type Page = z.infer<typeof PAGE>

/** Parses a page. Throws `ExpectedError` INCOMPLETE_READ if the answer is not a page. */
export function parsePage(answer: unknown, what: string): Page {
  const page = PAGE.safeParse(answer)
  if (page.success) return page.data
  const places = page.error.issues.map(issue => issue.path.join('.') || 'the answer').slice(0, 3)
  throw incompleteRead(`Salesforce answered for ${what} in an unknown form (${places.join(', ')})`)
}

/** The error of an incomplete answer, or one of unknown form. */
export function incompleteRead(message: string): ExpectedError {
  return upstreamFailed('INCOMPLETE_READ', {
    message,
    next: 'Start the stage again. It wrote nothing from this incomplete read.',
  })
}

/** A record's id, from its address: not every query selects it. Undefined if there is none, as in a count. */
export function idOf({ attributes }: SalesforceRecord): string | undefined {
  const url = typeof attributes === 'object' && attributes && 'url' in attributes ? attributes.url : undefined
  return typeof url === 'string' ? url.split('/').at(-1) : undefined
}
