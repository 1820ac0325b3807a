import { z } from 'zod'
import { RESULTS_NAME, RUN_MINUTES } from '../../pipeline/index.ts'
import type { BinRun } from '../../runtime/bin/index.ts'
import { ExpectedError } from '../../runtime/errors/index.ts'

const timeSchema = z.iso.datetime({ offset: true })

/**
 * Throws a `ExpectedError` when no further write may begin, because the run has lasted too long or the job is about to be
 * killed. RUN_STARTED_AT says when the run began, WRITE_UNTIL when this job must have begun its last write (both
 * ISO 8601); without them a stage runs alone, and for as long as it takes.
 */
export function refuseLateWrite({ environment, clock }: Pick<BinRun, 'environment' | 'clock'>): void {
  const started = timeIn(environment, 'RUN_STARTED_AT')
  const until = timeIn(environment, 'WRITE_UNTIL')
  const now = clock().getTime()
  if (started !== undefined && now > Date.parse(started) + RUN_MINUTES * 60_000)
    throw tooLong(`the run began at ${started}, more than ${RUN_MINUTES} minutes ago`)
  if (until !== undefined && now > Date.parse(until)) throw tooLong(`the job's time is up at ${until}`)
}

function timeIn(environment: BinRun['environment'], name: string): string | undefined {
  const value = environment[name] || undefined
  if (value === undefined || timeSchema.safeParse(value).success) return value
  throw new ExpectedError({
    kind: 'bad-input',
    code: 'CONFIGURATION_INVALID',
    message: `environment variables: ${name} must be a date and time such as 2026-11-23T10:00:00Z`,
    next: 'Correct it, or unset it to write for as long as it takes.',
  })
}

function tooLong(why: string): ExpectedError {
  return new ExpectedError({
    kind: 'guard',
    code: 'RUN_TOO_LONG',
    message: `${why}: no further write begins`,
    next: `What was written stands in ${RESULTS_NAME}, and the next run writes the rest.`,
  })
}
