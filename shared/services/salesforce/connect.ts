import { type HttpContext, prefetch } from '../http/index.ts'
import { concurrencyOf } from './concurrency.ts'
import type { SalesforceCredentials } from './credentials.ts'
import type { ObjectDescription } from './describe.ts'
import type { SalesforceRecord } from './page.ts'
import type { RequestLimit } from './session.ts'

export type Salesforce = {
  /**
   * Runs a SOQL query and yields its records page by page. It keeps one page in memory and prefetches the next. A
   * record's child sets (`SELECT …, (SELECT … FROM Contacts) FROM …`) are complete arrays under their relationship's
   * key, empty if Salesforce sends null.
   * Throws `ExpectedError`: INCOMPLETE_READ if Salesforce sends fewer or more records than it counts, FIELD_HIDDEN,
   * QUERY_TOO_LONG, REQUEST_LIMIT, or what `exchange` throws.
   */
  query(soql: string): AsyncIterable<SalesforceRecord[]>
  /**
   * Yields the records of several queries, in the queries' order, and reads the later queries in parallel. Each query
   * must match its own count, and no record may come twice.
   */
  queryAll(queries: readonly string[]): AsyncIterable<SalesforceRecord[]>
}

/** What the integration user can read, for checks. */
export type SalesforceSetUp = {
  /**
   * The parts of an object that the integration user may see; null if they cannot see the object. Throws
   * `ExpectedError` like `query`.
   */
  describe(object: string): Promise<ObjectDescription | null>
  /** The daily request limit in the last answer that has one; null before. */
  requestLimit(): RequestLimit | null
}

/**
 * Logs in to Salesforce. With more than four parts, fewer requests are in flight, because the limit is for all jobs together.
 * Throws `ExpectedError`: LOGIN_REFUSED or PRIVATE_KEY_INVALID (bad input), or what `exchange` throws.
 */
export async function connectSalesforce(
  credentials: SalesforceCredentials,
  context: HttpContext,
  part?: { of: number },
): Promise<Salesforce & SalesforceSetUp> {
  // jsforce slows down a bin's start noticeably, so load it only for a login.
  const { openSession } = await import('./session.ts')
  const { queryAll, queryPages } = await import('./query.ts')
  const { describeObject } = await import('./describe.ts')
  const { request, requestLimit } = await openSession(credentials, context, concurrencyOf(part?.of ?? 1))
  return {
    query: soql => prefetch(queryPages(soql, request)),
    queryAll: queries => queryAll(queries, request),
    describe: object => describeObject(object, request),
    requestLimit,
  }
}
