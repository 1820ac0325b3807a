import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import {
  allowOnceText,
  consentText,
  countsWithout,
  failingSchema,
  fallenCounts,
  GATHER_LIMIT,
  type GatherShape,
  MAX_MISSING_KEYS,
  missingKeys,
  owedSchema,
} from '../../domain/index.ts'
import { type Bin, instanceOf, STAGES } from '../../pipeline/index.ts'
import { parsedFile } from '../artifacts/index.ts'
import { badInput, type ExpectedError, stoppedByGuard } from '../errors/index.ts'
import { brief } from '../text/index.ts'

/** The records that a run marked or lowered, by Zendesk id. */
export const removalsSchema = z.object({
  kind: z.enum(['marks', 'losses']),
  ids: z.array(z.int()),
  /** The number of records that they are a share of. */
  of: z.int().min(0),
  /** Whether a consent allowed them. If so, they do not count in the next runs. */
  consented: z.boolean().default(false),
})

/** The part of the previous run's record that the next run uses. */
export const lastRunSchema = z.object({
  /** What sync-global owes. */
  owed: z.array(owedSchema).optional(),
  /** By stage: the records that it cannot write, and since when. */
  failing: z.record(z.string(), z.array(failingSchema)).default({}),
  /** By stage: the records that the runs of the last 24 hours marked or lowered. */
  removals: z
    .record(z.string(), z.array(removalsSchema.extend({ run_id: z.string(), at: z.iso.datetime() })))
    .default({}),
  /** The salesforce_ids of the overrides in effect. */
  overrides: z.array(z.string()).optional(),
  /** By bin, such as `accounts.gather`: the counts of the last gather. */
  gathered: z.record(
    z.string(),
    z.object({ run_id: z.string(), counts: z.record(z.string(), z.int().min(0)).default({}) }),
  ),
  /** By stage: artifacts that a consent allowed to be empty, and that have been empty since. */
  empty: z.record(z.string(), z.array(z.string())).default({}),
})

/** The file next to the run record with the keys of the gathered records. */
export const GATHERED_IDS = 'gathered_ids.json'

/** By bin: each record's key, and the counts that include it, as a bit set. */
export const gatheredIdsSchema = z.record(z.string(), z.record(z.string(), z.int()))
export type GatheredIds = z.infer<typeof gatheredIdsSchema>

export type LastRun = z.infer<typeof lastRunSchema> & { ids?: GatheredIds }

/** A bin's key in `gathered`. */
export function gatherName(stage: string, bin: string): string {
  return `${stage}.${bin}`
}

/** The file in a gather's data directory with the keys of its records. */
export function gatheredIdsName(bin: string): string {
  return `gathered_ids.${bin}.json`
}

/** The keys next to a run record. Undefined for an older record without keys. */
export function readGatheredIds(record: string): GatheredIds | undefined {
  const beside = join(dirname(record), GATHERED_IDS)
  return existsSync(beside) ? parsedFile(readFileSync(beside), gatheredIdsSchema) : undefined
}

/** Reads the last run's record and its keys. Throws an `ExpectedError` for a file that is not a run record. */
export function readLastRun(path: string): LastRun {
  try {
    const record = lastRunSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    const ids = readGatheredIds(path)
    return { ...record, ...(ids ? { ids } : {}) }
  } catch (error) {
    throw badInput('LAST_RUN_INVALID', {
      message: `${path} is not a run record: ${error instanceof z.ZodError ? z.prettifyError(error) : 'it cannot be read, or is not valid JSON'}`,
      next: 'Name the run_record.json of an earlier run with --last-run, or omit the option.',
      cause: error,
    })
  }
}

/** A gather and its counts. The gathering bin counts the records, or the bin that reads all parts. */
export type Gathered = { gather: Bin; shape: GatherShape }

/**
 * Compares a gather with the last run's: if a source loses a fifth of its records in an hour, its answer is probably
 * incomplete. Returns the `ExpectedError` that stops the gather, or undefined.
 */
export function shrunkGather(
  { gathered, ids = {}, removals }: LastRun,
  { gather, shape }: Gathered,
  /** The lowest count that a consent allows; undefined without a consent. */
  consent: number | undefined,
  /** The command that resumes from here. The hint adds the consent. */
  command: string,
): ExpectedError | undefined {
  const name = gatherName(gather.stage, gather.bin)
  const last = gathered[name]
  if (!last) return undefined
  const keys = new Map(Object.entries(ids[name] ?? {}))
  const marked = new Set(
    writersOf(gather).flatMap(writer =>
      (removals[writer] ?? []).flatMap(({ kind, ids }) => (kind === 'marks' ? ids.map(String) : [])),
    ),
  )
  const fallen = fallenCounts(shape.counts, countsWithout({ counts: last.counts, keys }, marked))
  const smallest = Math.min(...fallen.map(({ now }) => now))
  if (fallen.length === 0 || (consent !== undefined && smallest >= consent)) return undefined
  const gone = missingKeys(fallen, shape, keys).filter(key => !marked.has(key))
  const counts = fallen.map(({ count, now, before }) => `${count} fell from ${before} to ${now}`)
  return stoppedByGuard('GATHER_SHRANK', {
    message:
      `${counts.join(', ')} since run ${last.run_id}; the limit is ${GATHER_LIMIT.percent} % (up to ${GATHER_LIMIT.floor} fewer always pass)` +
      (gone.length > 0
        ? `. Missing: ${gone.length === MAX_MISSING_KEYS ? 'among others ' : ''}${gone.map(brief).join(', ')}`
        : ''),
    next: `Check the source first. If these records are really gone, ${allowOnceText(command, consentText(gather.stage, 'gathered', Math.max(1, smallest)))}`,
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
