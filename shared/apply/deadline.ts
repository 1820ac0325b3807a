import { z } from 'zod'
import { Trouble } from '../errors/index.ts'
import type { BinContext } from '../stage/index.ts'

/** An hourly run that still writes when the next one gathers would make that one compare with half a truth. */
const WRITING_MINUTES = 45

const startSchema = z.iso.datetime({ offset: true })

/**
 * Throws a `Trouble` when a run has lasted so long that no further write may begin. RUN_STARTED_AT says when the run
 * began (ISO 8601); without it a stage runs alone, and for as long as it takes.
 */
export function refuseLateWrite({
  environment: { RUN_STARTED_AT: started = '' },
  clock,
}: Pick<BinContext<unknown>, 'environment' | 'clock'>): void {
  if (started === '') return
  if (!startSchema.safeParse(started).success) {
    throw new Trouble(
      'bad-input',
      'CONFIGURATION_INVALID',
      'environment variables: RUN_STARTED_AT must be a date and time such as 2026-11-23T10:00:00Z',
      'Set it to when the run began, or unset it to write for as long as it takes.',
    )
  }
  if (clock().getTime() - Date.parse(started) <= WRITING_MINUTES * 60_000) return
  throw new Trouble(
    'guard',
    'RUN_TOO_LONG',
    `the run began at ${started}, more than ${WRITING_MINUTES} minutes ago: no further write begins`,
    'What was written stands in sync_results.json, and the next run writes the rest.',
  )
}
