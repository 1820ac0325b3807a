import { forEachConcurrent, prefetchInOrder } from '../http/index.ts'
import { CONCURRENT_REQUESTS, RANGES_AHEAD } from './concurrency.ts'
import { idOf, incompleteRead, type Page, parsePage, type SalesforceRecord } from './page.ts'
import type { Request } from './session.ts'

/** The ids that came on pages of their own: what came there once must not come again, in whatever set. */
type Seen = Set<string>

/** A child set of which only the first page came with its record. */
type ChildSet = { record: SalesforceRecord; name: string; what: string; first: Page }

/** All pages of several queries, in the queries' order, read side by side. */
export function queryAll(queries: readonly string[], request: Request): AsyncGenerator<SalesforceRecord[]> {
  const seen: Seen = new Set()
  return prefetchInOrder(
    queries.map(soql => () => queryPages(soql, request, seen)),
    RANGES_AHEAD,
  )
}

/** All pages of a query, each record's child sets made whole before the next page is asked for. */
export async function* queryPages(
  soql: string,
  request: Request,
  seen: Seen = new Set(),
): AsyncGenerator<SalesforceRecord[]> {
  const childSets = childSetsOf(soql)
  const first = parsePage(await request(`/query?q=${encodeURIComponent(soql)}`), 'the query')
  for await (const records of follow(first, 'the query', request, { seen })) {
    // Asking for the parents' next page makes Salesforce forget the positions in this page's child sets.
    await completeChildSets(records, childSets, request, seen)
    yield records
  }
}

/**
 * The relationships that a query reads child sets of. They have to come from the query: where a record has
 * no children Salesforce sends null, as it does for an empty field.
 */
function childSetsOf(soql: string): string[] {
  // In the list of what is selected; a sub-query of a condition stands behind IN.
  const found = soql.matchAll(/(?:\bSELECT|,)\s*\(\s*SELECT\b[^()]*?\bFROM\s+(\w+)/gi)
  return [...found].flatMap(match => match[1] ?? [])
}

/** Makes every child set a plain array of all its records. Most came whole with their parent. */
async function completeChildSets(
  records: readonly SalesforceRecord[],
  names: readonly string[],
  request: Request,
  seen: Seen,
): Promise<void> {
  const unfinished: ChildSet[] = []
  for (const record of records) {
    for (const name of names) {
      const set = record[name]
      const what = `${name} of ${idOf(record) ?? 'a record'}`
      const first = set === null ? { totalSize: 0, done: true, records: [] } : parsePage(set, what)
      record[name] = first.records
      if (!first.done || first.records.length !== first.totalSize)
        unfinished.push({ record, name, what, first })
    }
  }
  await forEachConcurrent(
    unfinished,
    { concurrency: CONCURRENT_REQUESTS },
    async ({ record, name, what, first }) => {
      const children: SalesforceRecord[] = []
      for await (const page of follow(first, what, request, { seen, cameWithParent: true }))
        children.push(...page)
      record[name] = children
    },
  )
}

/**
 * Follows a set to its end, and makes sure that as many records came as Salesforce counts, and none of them twice:
 * a page served again, even one of another set, must not stand in for one left out. What comes with its parent is
 * not kept, for a large query has far too many of those.
 */
async function* follow(
  first: Page,
  what: string,
  request: Request,
  { seen, cameWithParent = false }: { seen: Seen; cameWithParent?: boolean },
): AsyncGenerator<SalesforceRecord[]> {
  const asked = new Set<string>()
  let read = 0
  for (let page = first; ; ) {
    read += page.records.length
    const twice =
      page === first && cameWithParent ? undefined : page.records.map(idOf).find(id => isKnown(id, seen))
    if (twice) throw incompleteRead(`Salesforce gave ${twice} twice, the second time in ${what}.`)
    // More than were counted may have no end.
    if (page.done ? read !== first.totalSize : read > first.totalSize) {
      throw incompleteRead(`Salesforce gave ${read} of the ${first.totalSize} records of ${what}.`)
    }
    yield page.records
    if (page.done) return
    const next = page.nextRecordsUrl
    if (!next || asked.has(next) || page.records.length === 0) {
      throw incompleteRead(`Salesforce stopped after ${read} of the ${first.totalSize} records of ${what}.`)
    }
    asked.add(next)
    page = parsePage(await request(next), what)
  }
}

/** Whether an id came before; from now on it did. */
function isKnown(id: string | undefined, seen: Seen): boolean {
  if (id === undefined) return false
  const known = seen.has(id)
  seen.add(id)
  return known
}
