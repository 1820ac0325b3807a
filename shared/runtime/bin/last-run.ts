import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import {
  consentText,
  countsWithout,
  failingSchema,
  fallenCounts,
  type GatherShape,
  goneFrom,
  letThrough,
  owedSchema,
} from '../../domain/index.ts'
import { type Bin, instanceOf, STAGES } from '../../pipeline/index.ts'
import { parsedFile } from '../artifacts/index.ts'
import { ExpectedError } from '../errors/index.ts'
import { brief } from '../text/index.ts'

/** What a run took away, by Zendesk id. */
export const removalsSchema = z.object({
  kind: z.enum(['marks', 'losses']),
  ids: z.array(z.int()),
  /** The records that these are a share of, as this run gathered them. */
  of: z.int().min(0),
  /** Whether a person let them through: these do not count against the next runs. */
  consented: z.boolean().default(false),
})

/** What the guards want to know of the run before: a part of its record. */
export const lastRunSchema = z.object({
  /** What sync-global could not finish. */
  owed: z.array(owedSchema).optional(),
  /** By stage: the records that it could not write, since when. */
  failing: z.record(z.string(), z.array(failingSchema)).default({}),
  /** By stage: what the runs of the last 24 hours took away. */
  removals: z
    .record(z.string(), z.array(removalsSchema.extend({ run_id: z.string(), at: z.iso.datetime() })))
    .default({}),
  /** The salesforce_ids of the overrides in effect. */
  overrides: z.array(z.string()).optional(),
  /** By bin, such as `accounts.gather`: what the last run that gathered had of each count. */
  gathered: z.record(
    z.string(),
    z.object({ run_id: z.string(), counts: z.record(z.string(), z.int().min(0)).default({}) }),
  ),
  /** By stage: artifacts without records that a person let through, and that were empty ever since. */
  empty: z.record(z.string(), z.array(z.string())).default({}),
})

/** The file beside a run's record that has the keys of what was gathered. */
export const GATHERED_IDS = 'gathered_ids.json'

/** By bin: each record's key, and in which counts it is, a bit a count. */
export const gatheredIdsSchema = z.record(z.string(), z.record(z.string(), z.int()))
export type GatheredIds = z.infer<typeof gatheredIdsSchema>

export type LastRun = z.infer<typeof lastRunSchema> & { ids?: GatheredIds }

/** A bin's name among what was gathered. */
export function gatherName(stage: string, bin: string): string {
  return `${stage}.${bin}`
}

/** The file in a gather's data directory that has the keys of what it read. */
export function gatheredIdsName(bin: string): string {
  return `gathered_ids.${bin}.json`
}

/** The keys beside a run's record; undefined for a record of before, which has none. */
export function readGatheredIds(record: string): GatheredIds | undefined {
  const beside = join(dirname(record), GATHERED_IDS)
  return existsSync(beside) ? parsedFile(readFileSync(beside), gatheredIdsSchema) : undefined
}

/** Reads the last run's record, and the keys beside it. Throws a `ExpectedError` for a file that is no record. */
export function readLastRun(path: string): LastRun {
  try {
    const record = lastRunSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    const ids = readGatheredIds(path)
    return { ...record, ...(ids ? { ids } : {}) }
  } catch (error) {
    throw new ExpectedError({
      kind: 'bad-input',
      code: 'LAST_RUN_INVALID',
      message: `${path} is no record of a run: ${error instanceof z.ZodError ? z.prettifyError(error) : 'it cannot be read as JSON'}`,
      next: 'Name the run_record.json of an earlier run with --last-run, or leave the option out.',
      cause: error,
    })
  }
}

/**
 * A gather held against the last run's: a source that lost a fifth of its records in an hour has more likely
 * answered short. Gives the `ExpectedError` that stops it, or undefined.
 */
export function shrunkGather(
  { gathered, ids = {}, removals }: LastRun,
  { row, shape }: { row: Bin; shape: GatherShape },
  /** How few records a person let through. */
  consent: number | undefined,
  /** The command that goes on from here, without consent. */
  command: string,
): ExpectedError | undefined {
  const name = gatherName(row.stage, row.bin)
  const last = gathered[name]
  if (!last) return undefined
  const keys = new Map(Object.entries(ids[name] ?? {}))
  const marked = new Set(
    writersOf(row).flatMap(writer =>
      (removals[writer] ?? []).flatMap(({ kind, ids }) => (kind === 'marks' ? ids.map(String) : [])),
    ),
  )
  const fallen = fallenCounts(shape.counts, countsWithout({ counts: last.counts, keys }, marked))
  const smallest = Math.min(...fallen.map(({ now }) => now))
  if (fallen.length === 0 || (consent !== undefined && smallest >= consent)) return undefined
  const gone = goneFrom(fallen, shape, keys).filter(key => !marked.has(key))
  const counts = fallen.map(({ count, now, before }) => `${count} fell from ${before} to ${now}`)
  return new ExpectedError({
    kind: 'guard',
    code: 'GATHER_SHRANK',
    message:
      `${counts.join(', ')} since run ${last.run_id}; the limit is 80 % (and at least 3 fewer)` +
      (gone.length > 0
        ? `. Gone are ${gone.length === 10 ? 'among others ' : ''}${gone.map(brief).join(', ')}`
        : ''),
    next: `Look at the source first. If so many are really gone, ${letThrough(command, consentText(row.stage, 'gathered', Math.max(1, smallest)))}`,
  })
}

/** The stages that mark what a bin gathers. */
function writersOf(gather: Bin): string[] {
  const instance = instanceOf(gather)
  const isOfUsers = ({ gathers }: Bin) => gathers === 'users'
  return STAGES.filter(row => row.instance === instance && row.bins.some(({ syncs }) => syncs))
    .filter(row => row.bins.some(isOfUsers) === isOfUsers(gather))
    .map(row => row.stage)
}
