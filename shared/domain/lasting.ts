import { z } from 'zod'
import { dayOf, timeText } from './calendar.ts'
import { matchKey } from './salesforce-id.ts'
import { type Result, resultSchema } from './write-result.ts'

/** A record that failed. `since` is the start of the first run in a row in which it failed for this reason. */
export const failingSchema = z.object({
  ...resultSchema.pick({ action: true, key: true, id: true }).shape,
  code: z.string(),
  since: z.iso.datetime(),
  /** The runs in a row, this one included. */
  runs: z.int(),
})
export type Failing = z.infer<typeof failingSchema>

/** A run's failures, joined with the same failures of earlier runs: same record, action and code. */
export function stillFailing(
  failures: readonly Result[],
  before: readonly Failing[],
  started: string,
): Failing[] {
  const earlier = new Map(before.filter(isIdentified).map(one => [nameOf(one), one]))
  const found = new Map<string, Failing>()
  for (const failure of failures) {
    const { action, key, id } = failure
    const one = { action, key, id, code: failureCode(failure) }
    const last = isIdentified(one) ? earlier.get(nameOf(one)) : undefined
    found.set(nameOf(one), { ...one, since: last?.since ?? started, runs: (last?.runs ?? 0) + 1 })
  }
  return [...found.values()]
}

/** Zendesk's code or one of ours; `REFUSED` if there is none. */
export function failureCode({ code }: Pick<Result, 'code'>): string {
  return code ?? 'REFUSED'
}

/** When a record began to fail for this reason, as text; undefined if this is the first run in which it fails. */
export function failsSince(failure: Result, failing: readonly Failing[], now: Date): string | undefined {
  const name = nameOf({ ...failure, code: failureCode(failure) })
  const lasting = failing.find(one => isLasting(one) && nameOf(one) === name)
  return lasting && sinceText(lasting.since, now)
}

/** Groups the records that failed in earlier runs too: `failing since 07:00 UTC: 3 records, DuplicateValue`. */
export function lastingTexts(failing: readonly Failing[], now: Date): string[] {
  const groups = new Map<string, { since: string; code: string; count: number }>()
  for (const { since, code } of failing.filter(isLasting)) {
    const group = JSON.stringify([since, code])
    groups.set(group, { since, code, count: (groups.get(group)?.count ?? 0) + 1 })
  }
  return [...groups.values()].map(({ since, code, count }) => {
    const records = count === 1 ? 'one record' : `${count} records`
    return `failing since ${sinceText(since, now)}: ${records}, ${code}`
  })
}

/** The time, with the day if it is not today. */
function sinceText(since: string, now: Date): string {
  const text = timeText(since)
  return since.startsWith(dayOf(now)) ? text.slice('YYYY-MM-DD '.length) : text
}

function isLasting({ runs }: Failing): boolean {
  return runs > 1
}

/** Whether the next run can identify a record: it has a match key or an id. */
function isIdentified({ key, id }: Pick<Result, 'key' | 'id'>): boolean {
  return matchKey(key) !== null || id !== null
}

/** Whether two failures have the same record, action and code. */
export function isSameFailing(one: Failing, other: Failing): boolean {
  return nameOf(one) === nameOf(other)
}

function nameOf({ action, key, id, code }: Pick<Failing, 'action' | 'key' | 'id' | 'code'>): string {
  return JSON.stringify([action, matchKey(key) ?? id ?? key, code])
}
