import { type HttpContext, prefetch } from '../http/index.ts'
import type { SalesforceCredentials } from './credentials.ts'
import type { ObjectDescription } from './describe.ts'
import type { SalesforceRecord } from './page.ts'
import type { RequestLimit } from './session.ts'

export type Salesforce = {
  /**
   * Runs a SOQL query and hands its records on page by page, holding that page and the next, which is on its way
   * meanwhile. A record's child sets (`SELECT …, (SELECT … FROM Contacts) FROM …`) are complete arrays under their
   * relationship's key, empty where Salesforce says null.
   * Throws `ExpectedError`: INCOMPLETE_READ when fewer or more records came than Salesforce counts, FIELD_HIDDEN,
   * QUERY_TOO_LONG, REQUEST_LIMIT, or what `exchange` throws.
   */
  query(soql: string): AsyncIterable<SalesforceRecord[]>
  /**
   * The records of several queries, as of `query`, in the queries' order; those behind are read side by side meanwhile.
   * Each is held against its own total, and no record may come in two of them.
   */
  queryAll(queries: readonly string[]): AsyncIterable<SalesforceRecord[]>
}

/** What there is to read, for whoever checks it. */
export type SalesforceSetUp = {
  /**
   * What an object has that our user may see; null when there is no such object for him.
   * Throws `ExpectedError` as `query` does.
   */
  describe(object: string): Promise<ObjectDescription | null>
  /** What the last answer said of the day's requests; null when none has. */
  requestLimit(): RequestLimit | null
}

/**
 * Logs in to Salesforce.
 * Throws `ExpectedError`: LOGIN_REFUSED or PRIVATE_KEY_INVALID (bad input), or what `exchange` throws.
 */
export async function connectSalesforce(
  credentials: SalesforceCredentials,
  context: HttpContext,
): Promise<Salesforce & SalesforceSetUp> {
  // jsforce takes a noticeable part of a bin's start, so it is loaded only by those who log in.
  const { openSession } = await import('./session.ts')
  const { queryAll, queryPages } = await import('./query.ts')
  const { describeObject } = await import('./describe.ts')
  const { request, requestLimit } = await openSession(credentials, context)
  return {
    query: soql => prefetch(queryPages(soql, request)),
    queryAll: queries => queryAll(queries, request),
    describe: object => describeObject(object, request),
    requestLimit,
  }
}
