import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { consentText, letThrough } from '../domain/guards.ts'
import { Trouble } from '../errors/index.ts'

/** A gather that has less than this share of what the last run had is taken for a short read. */
const LEAST_PERCENT = 80

/** What a run took away without consent, by Zendesk id. */
export const removalsSchema = z.object({
  kind: z.enum(['marks', 'losses']),
  ids: z.array(z.int()),
  /** The records that these are a share of, as this run gathered them. */
  of: z.int().min(0),
})

/** What the guards want to know of the run before: a part of its record. */
export const lastRunSchema = z.object({
  /** By stage: what the runs of the last 24 hours took away without consent. */
  removals: z
    .record(z.string(), z.array(removalsSchema.extend({ run_id: z.string(), at: z.iso.datetime() })))
    .default({}),
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
  /** How few records a person let through. */
  consent: number | undefined,
  /** The command that goes on from here, without consent. */
  command: string,
): Trouble | undefined {
  const last = lastRun.gathered[name]
  if (consent !== undefined && records >= consent) return undefined
  if (!last || records * 100 >= last.records * LEAST_PERCENT) return undefined
  const share = ((records * 100) / last.records).toFixed(2)
  return new Trouble(
    'guard',
    'GATHER_SHRANK',
    `${records} records were gathered, ${share} % of the ${last.records} of run ${last.run_id}; the limit is ${LEAST_PERCENT} %`,
    `Look at the source first. If so many are really gone, ${letThrough(command, consentText(name.split('.')[0] ?? '', 'gathered', records))}`,
  )
}
