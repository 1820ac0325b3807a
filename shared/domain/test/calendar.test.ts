import { expect, test } from 'vitest'
import { calendarOf, dayOf, timeText } from '../index.ts'
import { anAccount, day } from './account-builder.ts'
import { CHARGE_OF, decisionOf, must, objectOf } from './rules.ts'

function endsOn(ends: string) {
  return anAccount()
    .withSubscription(subscription => subscription.withCharge(CHARGE_OF.sm_premium, { ends }))
    .build()
}

test.each([
  ['14 days ago', '2026-06-16', 'premium'],
  ['15 days ago', '2026-06-15', 'premium'],
  ['16 days ago', '2026-06-14', 'expired'],
])('a charge that ended %s: %s is %s', (_when, ends, support_level) => {
  expect(objectOf(endsOn(ends), 'global')).toMatchObject({ support_level, expiration_date: ends })
})

test.each([
  ['today is 29 February', '2028-02-29', '2025-02-27'],
  ['today is 28 February', '2026-02-28', '2023-02-27'],
  ['today is 1 March', '2028-03-01', '2025-02-28'],
  ['three years ago was a leap year, today is 1 March', '2027-03-01', '2024-02-29'],
  ['today is 1 January', '2026-01-01', '2022-12-31'],
  ['years of fewer than four digits, as a typing mistake makes them', '0206-03-01', '0203-02-28'],
])('an object is included for three years and a day: %s', (_when, today, oldest) => {
  const calendar = calendarOf(day(today))
  expect(calendar.three_years_out).toBe(oldest)
  const kept = (ends: string) => must(decisionOf(endsOn(ends), 'global', { today: day(today) })).included
  const dayBefore = dayOf(new Date(Date.parse(oldest) - 86_400_000))
  expect({ kept: kept(oldest), keptADayOlder: kept(dayBefore) }).toEqual({ kept: true, keptADayOlder: false })
})

test('grace crosses the ends of months and years', () => {
  expect(calendarOf(day('2026-01-10')).expired_end_date).toBe('2025-12-26')
  expect(calendarOf(day('2028-03-10')).expired_end_date).toBe('2028-02-24')
})

test('a time is shown in UTC, to the minute', () => {
  expect(timeText('2026-11-23T10:05:59.999Z')).toBe('2026-11-23 10:05 UTC')
})

test('the date of a moment is the UTC one', () => {
  expect(dayOf(new Date('2026-06-30T23:30:00-05:00'))).toBe('2026-07-01')
})

test('an object whose override has a date before the horizon is omitted', () => {
  const decide = (expiration_date: string) =>
    must(decisionOf(endsOn('2027-01-31'), 'global', { override: { expiration_date } })).included
  expect(decide('2023-06-29')).toBe(true)
  expect(decide('2023-06-28')).toBe(false)
})
