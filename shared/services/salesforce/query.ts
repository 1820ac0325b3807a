import { forEachConcurrent, prefetchInOrder } from '../http/index.ts'
import { CONCURRENT_REQUESTS, RANGES_AHEAD } from './concurrency.ts'
import { idOf, incompleteRead, type Page, parsePage, type SalesforceRecord } from './page.ts'
import type { Request } from './session.ts'

/** The ids of the records that do not come with their parent. If one comes again, in any set, the read is wrong. */
type Seen = Set<string>

/** A child set with only its first page in the record. */
type ChildSet = { record: SalesforceRecord; name: string; what: string; first: Page }

/**
 * Yields all pages of several queries, in the queries' order, and reads the queries in parallel. The requests of the first
 * query come first: when it ends, another one starts. Otherwise all would end at the same time, one after the other.
 */
export function queryAll(queries: readonly string[], request: Request): AsyncGenerator<SalesforceRecord[]> {
  const seen: Seen = new Set()
  return prefetchInOrder(
    queries.map((soql, place) => () => queryPages(soql, path => request(path, place), seen)),
    RANGES_AHEAD,
  )
}

/** All pages of a query. It completes the records' child sets before it requests the next page. */
export async function* queryPages(
  soql: string,
  request: Request,
  seen: Seen = new Set(),
): AsyncGenerator<SalesforceRecord[]> {
  const childSets = childSetsOf(soql)
  const first = parsePage(await request(`/query?q=${encodeURIComponent(soql)}`), 'the query')
  for await (const records of follow(first, 'the query', request, { seen })) {
    // Requesting the parents' next page makes Salesforce forget the positions in this page's child sets.
    await completeChildSets(records, childSets, request, seen)
    yield records
  }
}

/**
 * The relationships whose child sets a query reads. They must come from the query text: for a record without children
 * Salesforce sends null, as for an empty field.
 */
function childSetsOf(soql: string): string[] {
  // Match the SELECT list only; a sub-query in a condition comes after IN.
  const found = soql.matchAll(/(?:\bSELECT|,)\s*\(\s*SELECT\b[^()]*?\bFROM\s+(\w+)/gi)
  return [...found].flatMap(match => match[1] ?? [])
}

/** Makes every child set a plain array with all its records. Most child sets come whole with their parent. */
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
 * Follows a set to its end. It checks that Salesforce sends as many records as it counts, none twice: a repeated page,
 * even of another set, must not hide a missing one. It keeps no ids of records that come with their parent: a large
 * query has far too many of them.
 */
async function* follow(
  first: Page,
  what: string,
  request: Request,
  { seen, cameWithParent = false }: { seen: Seen; cameWithParent?: boolean },
): AsyncGenerator<SalesforceRecord[]> {
  const requested = new Set<string>()
  let read = 0
  for (let page = first; ; ) {
    read += page.records.length
    const twice =
      page === first && cameWithParent ? undefined : page.records.map(idOf).find(id => isKnown(id, seen))
    if (twice) throw incompleteRead(`Salesforce sent ${twice} twice, the second time in ${what}`)
    // A set with more records than its count may never end.
    if (page.done ? read !== first.totalSize : read > first.totalSize) {
      throw incompleteRead(`Salesforce sent ${read} of the ${first.totalSize} records of ${what}`)
    }
    yield page.records
    if (page.done) return
    const next = page.nextRecordsUrl
    if (!next || requested.has(next) || page.records.length === 0) {
      throw incompleteRead(`Salesforce stopped after ${read} of the ${first.totalSize} records of ${what}`)
    }
    requested.add(next)
    page = parsePage(await request(next), what)
  }
}

/** Whether an id was seen before. Remembers it. */
function isKnown(id: string | undefined, seen: Seen): boolean {
  if (id === undefined) return false
  const known = seen.has(id)
  seen.add(id)
  return known
}
