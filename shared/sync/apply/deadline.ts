import { z } from 'zod'
import { RESULTS_NAME, RUN_MINUTES } from '../../pipeline/index.ts'
import type { BinRun } from '../../runtime/bin/index.ts'
import { badInput, type ExpectedError, stoppedByGuard } from '../../runtime/errors/index.ts'

const timeSchema = z.iso.datetime({ offset: true })

/**
 * Throws an `ExpectedError` if no further write may begin, because the run has lasted too long or the job will soon be
 * killed. RUN_STARTED_AT is the start of the run, WRITE_UNTIL the latest start of a write in this job (both ISO 8601).
 * A stage that you run alone has neither, and no limit.
 */
export function refuseLateWrite({ environment, clock }: Pick<BinRun, 'environment' | 'clock'>): void {
  const started = timeIn(environment, 'RUN_STARTED_AT')
  const until = timeIn(environment, 'WRITE_UNTIL')
  const now = clock().getTime()
  if (started !== undefined && now > Date.parse(started) + RUN_MINUTES * 60_000)
    throw tooLong(`the run started at ${started}, more than ${RUN_MINUTES} minutes ago`)
  if (until !== undefined && now > Date.parse(until)) throw tooLong(`the job's time ended at ${until}`)
}

function timeIn(environment: BinRun['environment'], name: string): string | undefined {
  const value = environment[name] || undefined
  if (value === undefined || timeSchema.safeParse(value).success) return value
  throw badInput('CONFIGURATION_INVALID', {
    message: `environment variables: ${name} must be a date and time such as 2026-11-23T10:00:00Z`,
    next: 'Correct it, or unset it to write without a time limit.',
  })
}

function tooLong(why: string): ExpectedError {
  return stoppedByGuard('RUN_TOO_LONG', {
    message: `${why}: no further write begins`,
    next: `${RESULTS_NAME} has what was written, and the next run writes the rest.`,
  })
}
