import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { owedSchema } from '../../domain/index.ts'
import type { Bin } from '../../pipeline/index.ts'
import { makePrivateDirectory, parsedFile, writePrivateFile } from '../artifacts/index.ts'
import { type ExitCode, printableSentence, type Reason, reasonSchema } from '../errors/index.ts'
import { brief, printableJson } from '../text/index.ts'
import { removalsSchema } from './last-run.ts'

const countsSchema = z.record(z.string(), z.int())

/** A bin's summary of its run, in data/summaries. The run record and the report use it. */
export const summarySchema = z.object({
  bin: z.string(),
  /** The UTC date that it decided by. Absent if its options were invalid. */
  today: z.iso.date().optional(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  exit_code: z.int(),
  dry_run: z.boolean(),
  /** Records by artifact name. */
  records_in: countsSchema,
  records_out: countsSchema,
  /** What a sync planned to write, if it read its plan. */
  planned: z.object({ create: z.int(), update: z.int(), mark: z.int() }).optional(),
  /** The counts of a gather. */
  gathered: countsSchema.optional(),
  /** The counts of a gather whose parts it read, by `STAGE.BIN`. */
  joined: z.record(z.string(), countsSchema).optional(),
  /** Artifacts that were allowed to be empty. */
  empty: z.array(z.string()).optional(),
  /** The records that a sync marked or lowered, by Zendesk id. */
  removals: z.array(removalsSchema).optional(),
  /** What the next run must do, in place of what earlier runs owed. */
  owed: z.array(owedSchema).optional(),
  /** The salesforce_ids of the overrides in effect. Only the processor's summary has them. */
  overrides: z.array(z.string()).optional(),
  requests: z.int(),
  retries: z.int(),
  warnings: z.array(
    z.object({
      code: printableSentence,
      message: printableSentence,
      keys: z.array(z.string().transform(brief)),
    }),
  ),
  /** What stopped it. Null if it reached its end. */
  error: reasonSchema.nullable(),
})
export type Summary = z.infer<typeof summarySchema>
export type Warning = Summary['warnings'][number]

/** The summary's name in a data directory. */
export function summaryName(stage: string, bin: string): string {
  return `summaries/${stage}.${bin}.json`
}

/** The summary's path in a data directory. */
export function summaryPath(dataDir: string, stage: string, bin: string): string {
  return join(dataDir, summaryName(stage, bin))
}

/**
 * The path of a bin's summary. A dry run does not replace the summary of a real run: no other file has its contents.
 */
export function ownSummaryPath(
  dataDir: string,
  { stage, bin }: Pick<Bin, 'stage' | 'bin'>,
  isDryRun: boolean,
): string {
  const path = summaryPath(dataDir, stage, bin)
  if (!isDryRun || !existsSync(path)) return path
  const isReal = parsedFile(readFileSync(path), summarySchema)?.dry_run === false
  return isReal ? summaryPath(dataDir, stage, `${bin}.dry_run`) : path
}

/** Writes a summary atomically. */
export function writeSummary(path: string, summary: Summary): void {
  makePrivateDirectory(dirname(path))
  writePrivateFile(path, printableJson(summarySchema.parse(summary)))
}

/** How a bin ended. `error` is what stopped it. */
export type Ending = { exit_code: ExitCode; error: Reason | null }

const NOTHING_DONE = { records_in: {}, records_out: {}, requests: 0, retries: 0, warnings: [] }

/** A bin's summary. Without `counts`, it did nothing. */
export function summaryOf(
  { bin }: Bin,
  { started, ended, exit_code, error }: Ending & { started: Date; ended: Date },
  { dryRun, today }: { dryRun: boolean; today?: string },
  counts: Pick<
    Summary,
    | keyof typeof NOTHING_DONE
    | 'planned'
    | 'removals'
    | 'owed'
    | 'overrides'
    | 'gathered'
    | 'joined'
    | 'empty'
  > = NOTHING_DONE,
): Summary {
  return {
    bin,
    ...(today === undefined ? {} : { today }),
    started_at: started.toISOString(),
    ended_at: ended.toISOString(),
    exit_code,
    dry_run: dryRun,
    ...counts,
    error,
  }
}
