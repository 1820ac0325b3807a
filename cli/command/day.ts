import { type Day, daySchema } from '@support-sync/shared/domain'
import { badInput } from '@support-sync/shared/runtime/errors'

/** The date that --today names. Throws an `ExpectedError` if there is no such date. */
export function dayGiven(text: string): Day {
  const day = daySchema.safeParse(text)
  if (day.success) return day.data
  throw badInput('USAGE', {
    message: `--today ${text} is not a date (YYYY-MM-DD)`,
    next: 'Name a calendar date, such as 2026-01-31.',
  })
}
