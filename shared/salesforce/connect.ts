import { type NeighbourContext, readAhead } from '../http/index.ts'
import type { SalesforceCredentials } from './credentials.ts'
import type { SalesforceRecord } from './page.ts'

export type Salesforce = {
  /**
   * Runs a SOQL query and hands its records on page by page, holding that page and the next, which is on its way
   * meanwhile. A record's child sets (`SELECT …, (SELECT … FROM Contacts) FROM …`) are complete arrays under their
   * relationship's key, empty where Salesforce says null.
   * Throws `Trouble`: INCOMPLETE_READ when fewer or more records came than Salesforce counts, FIELD_HIDDEN,
   * QUERY_TOO_LONG, REQUEST_LIMIT, or what `exchange` throws.
   */
  query(soql: string): AsyncIterable<SalesforceRecord[]>
}

/**
 * Logs in to Salesforce.
 * Throws `Trouble`: LOGIN_REFUSED or PRIVATE_KEY_INVALID (bad input), or what `exchange` throws.
 */
export async function connectSalesforce(
  credentials: SalesforceCredentials,
  context: NeighbourContext,
): Promise<Salesforce> {
  // jsforce takes a noticeable part of a bin's start, so it is loaded only by those who log in.
  const { openSession } = await import('./session.ts')
  const { queryPages } = await import('./query.ts')
  const request = await openSession(credentials, context)
  return { query: soql => readAhead(queryPages(soql, request)) }
}
