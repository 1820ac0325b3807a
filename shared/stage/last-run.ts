import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { letThrough } from '../domain/guards.ts'
import { Trouble } from '../errors/index.ts'

/** A gather that has less than this share of what the last run had is taken for a short read. */
const LEAST_PERCENT = 80

/** What a gather wants to know of the run before: the part of its record that counts what was gathered. */
export const lastRunSchema = z.object({
  /** By bin, such as `accounts.gather`: how many records the last run that gathered them had. */
  gathered: z.record(z.string(), z.object({ run_id: z.string(), records: z.int().min(0) })),
})
export type LastRun = z.infer<typeof lastRunSchema>

/** A bin's name among what was gathered. */
export function gatherName(stage: string, bin: string): string {
  return `${stage}.${bin}`
}

/** Reads the last run's record. Throws a `Trouble` for a file that is not one. */
export function readLastRun(path: string): LastRun {
  try {
    return lastRunSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new Trouble(
      'bad-input',
      'LAST_RUN_INVALID',
      `${path} is no record of a run: ${error instanceof z.ZodError ? z.prettifyError(error) : 'it cannot be read as JSON'}`,
      'Name the run_record.json of an earlier run with --last-run, or leave the option out.',
      { cause: error },
    )
  }
}

/**
 * A gather held against the last run's: a source that lost a fifth of its records in an hour has more likely
 * answered short. Gives the `Trouble` that stops it, or undefined.
 */
export function shrunkGather(
  lastRun: LastRun,
  name: string,
  records: number,
  /** The command that lets this one run through. */
  command: string,
): Trouble | undefined {
  const last = lastRun.gathered[name]
  if (!last || records * 100 >= last.records * LEAST_PERCENT) return undefined
  const share = ((records * 100) / last.records).toFixed(2)
  return new Trouble(
    'guard',
    'GATHER_SHRANK',
    `${records} records were gathered, ${share} % of the ${last.records} of run ${last.run_id}; the limit is ${LEAST_PERCENT} %`,
    `Look at the source first. If so many are really gone, ${letThrough(command)}`,
  )
}
