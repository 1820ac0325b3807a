import { z } from 'zod'
import { unknownAnswer } from '../http/index.ts'
import type { Salesforce } from './connect.ts'

/** The records to divide into ranges: those of an object that match a condition. */
type Records = { object: string; which: string }

/** The number of records that were created at `from` or later, and before the next group. */
type Group = { from: number; count: number }

const WEEK_DAYS = 7
const DAY_MS = 24 * 60 * 60 * 1000

const weekSchema = z.object({ createdYear: z.int(), createdWeek: z.int(), counted: z.int() })
const hourSchema = z.object({ createdDay: z.int(), createdHour: z.int(), counted: z.int() })

/**
 * Divides records by their creation time into ranges of about `size` records, in order. Returns the conditions of each
 * range; a single range has none. The creation time never changes, so no record moves to another range during the read.
 * The first range has no start and the last one has no end. So every record is in exactly one range, even if it is
 * created during the read or was not counted.
 */
export async function rangesByCreation(
  salesforce: Pick<Salesforce, 'query'>,
  records: Records,
  size: number,
): Promise<string[][]> {
  const groups: Group[] = []
  for (const week of await countByWeek(salesforce, records)) {
    if (week.count <= size) groups.push(week)
    else groups.push(...(await countByHour(salesforce, records, week.from)))
  }
  return rangesBetween(boundaries(groups, size))
}

/**
 * Counts the records of each week. The first week of a year is from 1 to 7 January. Salesforce returns up to 2,000
 * groups, which is enough for 37 years.
 */
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

/**
 * Counts the records of each hour of a week. Days would be too long: an import can create most records of an org on one
 * day.
 */
async function countByHour(
  salesforce: Pick<Salesforce, 'query'>,
  { object, which }: Records,
  from: number,
): Promise<Group[]> {
  const [day, hour] = ['DAY_IN_YEAR(CreatedDate)', 'HOUR_IN_DAY(CreatedDate)']
  const year = new Date(from).getUTCFullYear()
  // The last week of a year ends with the year.
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
 * The condition for the records of a part: those created on every `of`-th day of a month. The jobs start at different
 * times and do not know each other's counts, so the part of a record must depend on that record only.
 * https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_date_functions.htm
 */
export function createdInPart({ index, of }: { index: number; of: number }): string {
  const days = DAYS_OF_MONTH.filter(day => day % of === index % of)
  return `(${days.map(day => `DAY_IN_MONTH(CreatedDate) = ${day}`).join(' OR ')})`
}

function countQuery({ object, which }: Records, selected: string, groupedBy: string): string {
  return `SELECT ${selected}, COUNT(Id) counted FROM ${object} WHERE ${which} GROUP BY ${groupedBy}`
}

async function readAll<Row>(
  salesforce: Pick<Salesforce, 'query'>,
  soql: string,
  schema: z.ZodType<Row, unknown>,
): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of salesforce.query(soql)) {
    const parsed = z.array(schema).safeParse(page)
    if (!parsed.success)
      throw unknownAnswer(
        'Salesforce',
        'the query for counts',
        z.prettifyError(parsed.error).split('\n')[0] ?? '',
      )
    rows.push(...parsed.data)
  }
  return rows
}

function inOrder(groups: readonly Group[]): Group[] {
  return groups.toSorted((one, other) => one.from - other.from)
}

/**
 * The times where one range ends and the next begins. A group is never divided, so a range may have more than `size`
 * records.
 */
function boundaries(groups: readonly Group[], size: number): number[] {
  const times: number[] = []
  let count = 0
  for (const group of groups) {
    if (count > 0 && count + group.count > size) {
      times.push(group.from)
      count = 0
    }
    count += group.count
  }
  return times
}

function rangesBetween(times: readonly number[]): string[][] {
  return [undefined, ...times].map((from, index) => rangeOf(from, times[index]))
}

/** The conditions: created at `from` or later, and before `to`. Omits a condition without a time. */
function rangeOf(from: number | undefined, to: number | undefined): string[] {
  return [
    ...(from === undefined ? [] : [`CreatedDate >= ${soqlTime(from)}`]),
    ...(to === undefined ? [] : [`CreatedDate < ${soqlTime(to)}`]),
  ]
}

/** A time in SOQL syntax: in whole seconds, without quotes. */
function soqlTime(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z')
}
