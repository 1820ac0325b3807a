import { z } from 'zod'
import type { Salesforce } from './connect.ts'
import { readRows } from './rows.ts'

/** Which records are cut: those of an object that a condition picks. */
type Records = { object: string; which: string }

/** Records that were created from a moment on, and before the next group's. */
type Group = { from: number; count: number }

const WEEK_DAYS = 7
const DAY_MS = 24 * 60 * 60 * 1000

const weekSchema = z.object({ createdYear: z.int(), createdWeek: z.int(), counted: z.int() })
const hourSchema = z.object({ createdDay: z.int(), createdHour: z.int(), counted: z.int() })

/**
 * Ranges of about `size` records by the time of their creation, in that order, each as the conditions that it adds: none
 * for the only range. That time never changes, so no record moves to another range while they are read. A record that is
 * created meanwhile belongs to the last range, which is open. The first range is open too, so every record is in exactly
 * one range, whatever was counted.
 */
export async function cutByCreation(
  salesforce: Pick<Salesforce, 'query'>,
  records: Records,
  size: number,
): Promise<string[][]> {
  const groups: Group[] = []
  for (const week of await countByWeek(salesforce, records)) {
    if (week.count <= size) groups.push(week)
    else groups.push(...(await countByHour(salesforce, records, week.from)))
  }
  return rangesBetween(cuts(groups, size))
}

/** At most 53 groups a year, the first of them from 1 to 7 January; Salesforce gives up to 2,000. */
async function countByWeek(salesforce: Pick<Salesforce, 'query'>, records: Records): Promise<Group[]> {
  const [year, week] = ['CALENDAR_YEAR(CreatedDate)', 'WEEK_IN_YEAR(CreatedDate)']
  const soql = countQuery(records, `${year} createdYear, ${week} createdWeek`, `${year}, ${week}`)
  const rows = await readAll(salesforce, soql, weekSchema)
  return inOrder(
    rows.map(row => ({
      from: Date.UTC(row.createdYear, 0, 1 + WEEK_DAYS * (row.createdWeek - 1)),
      count: row.counted,
    })),
  )
}

/** At most 168 groups. After an import most records of an org can be of one day. */
async function countByHour(
  salesforce: Pick<Salesforce, 'query'>,
  { object, which }: Records,
  from: number,
): Promise<Group[]> {
  const [day, hour] = ['DAY_IN_YEAR(CreatedDate)', 'HOUR_IN_DAY(CreatedDate)']
  const year = new Date(from).getUTCFullYear()
  // The last week of a year ends with it.
  const to = Math.min(from + WEEK_DAYS * DAY_MS, Date.UTC(year + 1, 0))
  const ofWeek = { object, which: [which, ...rangeOf(from, to)].join(' AND ') }
  const soql = countQuery(ofWeek, `${day} createdDay, ${hour} createdHour`, `${day}, ${hour}`)
  const rows = await readAll(salesforce, soql, hourSchema)
  return inOrder(
    rows.map(row => ({
      from: Date.UTC(year, 0, row.createdDay, row.createdHour),
      count: row.counted,
    })),
  )
}

const DAYS_OF_MONTH = Array.from({ length: 31 }, (_, index) => index + 1)

/**
 * The condition of a part's records: those created on every `of`-th day of a month. The jobs of the parts start at
 * different moments and do not know each other's counts, so a part must follow from the record alone.
 * https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_date_functions.htm
 */
export function createdInPart({ index, of }: { index: number; of: number }): string {
  const days = DAYS_OF_MONTH.filter(day => day % of === index % of)
  return `(${days.map(day => `DAY_IN_MONTH(CreatedDate) = ${day}`).join(' OR ')})`
}

function countQuery({ object, which }: Records, shown: string, groupedBy: string): string {
  return `SELECT ${shown}, COUNT(Id) counted FROM ${object} WHERE ${which} GROUP BY ${groupedBy}`
}

async function readAll<Row>(
  salesforce: Pick<Salesforce, 'query'>,
  soql: string,
  schema: z.ZodType<Row, unknown>,
): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of salesforce.query(soql)) rows.push(...readRows(page, schema, 'a count'))
  return rows
}

function inOrder(groups: readonly Group[]): Group[] {
  return groups.toSorted((one, other) => one.from - other.from)
}

/** The moments between the ranges. A group is never cut: it may be larger than a range should be. */
function cuts(groups: readonly Group[], size: number): number[] {
  const moments: number[] = []
  let count = 0
  for (const group of groups) {
    if (count > 0 && count + group.count > size) {
      moments.push(group.from)
      count = 0
    }
    count += group.count
  }
  return moments
}

function rangesBetween(moments: readonly number[]): string[][] {
  return [undefined, ...moments].map((from, index) => rangeOf(from, moments[index]))
}

/** Created from a moment on, and before another; without the condition that is not given. */
function rangeOf(from: number | undefined, to: number | undefined): string[] {
  return [
    ...(from === undefined ? [] : [`CreatedDate >= ${literal(from)}`]),
    ...(to === undefined ? [] : [`CreatedDate < ${literal(to)}`]),
  ]
}

/** A time as SOQL writes it, to the second and without quotes. */
function literal(moment: number): string {
  return new Date(moment).toISOString().replace('.000Z', 'Z')
}
