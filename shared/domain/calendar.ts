import { z } from 'zod'

/** A UTC calendar date, `YYYY-MM-DD`. Days compare as strings. */
export const daySchema = z.iso.date('expected a calendar date, YYYY-MM-DD').brand<'Day'>()
export type Day = z.infer<typeof daySchema>

/** The three days that decide whether a charge is active and an object is included. */
export type Calendar = {
  today: Day
  /** Today minus the days of grace. A charge is active if it ends on this day or later. */
  expired_end_date: Day
  /** The horizon. An object is included if it expires on this day or later. */
  three_years_out: Day
}

export const GRACE_DAYS = 15
const YEARS_KEPT = 3

/** The three days for a run that decides as of `today`. */
export function calendarOf(today: Day): Calendar {
  return {
    today,
    expired_end_date: addDays(today, -GRACE_DAYS),
    three_years_out: addDays(yearsBefore(today, YEARS_KEPT), -1),
  }
}

/** The UTC calendar date of a moment. */
export function dayOf(moment: Date): Day {
  return daySchema.parse(moment.toISOString().slice(0, 10))
}

/** An ISO 8601 time in UTC as text, to the minute: `2026-11-23 10:00 UTC`. */
export function timeText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

/** Adds days to a day; a negative number subtracts them. */
export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(Date.parse(day) + days * 86_400_000))
}

/** The same date some calendar years earlier. 29 February becomes 28 February in a year without one. */
function yearsBefore(day: Day, years: number): Day {
  const earlier = String(Number(day.slice(0, 4)) - years).padStart(4, '0')
  const parsed = daySchema.safeParse(earlier + day.slice(4))
  return parsed.success ? parsed.data : daySchema.parse(`${earlier}-02-28`)
}
