import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { owedSchema } from '../../domain/index.ts'
import { makePrivateDirectory, parsedFile, writePrivateFile } from '../artifacts/index.ts'
import { reasonSchema, told } from '../errors/index.ts'
import { brief, printableJson } from '../text/index.ts'
import { removalsSchema } from './last-run.ts'

const countsSchema = z.record(z.string(), z.int())

/** What a bin tells of its run, in data/summaries: the run record and the report are made from these. */
export const summarySchema = z.object({
  bin: z.string(),
  /** The UTC calendar date that it decided by; absent when it did not understand its options. */
  today: z.iso.date().optional(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  exit_code: z.int(),
  dry_run: z.boolean(),
  /** Records by artifact name. */
  records_in: countsSchema,
  records_out: countsSchema,
  /** What a sync was to write, when it had read its plan. */
  planned: z.object({ create: z.int(), update: z.int(), mark: z.int() }).optional(),
  /** How many records a gather had, by what they are counted by. */
  gathered: countsSchema.optional(),
  /** Artifacts without records that were let through. */
  empty: z.array(z.string()).optional(),
  /** What a sync took away, by Zendesk id. */
  removals: z.array(removalsSchema).optional(),
  /** All that is left for the next run, in place of what earlier runs owed. */
  owed: z.array(owedSchema).optional(),
  requests: z.int(),
  retries: z.int(),
  warnings: z.array(z.object({ code: told, message: told, keys: z.array(z.string().transform(brief)) })),
  /** What stopped it; null when it came to its end. */
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
 * Where a bin writes its summary. A dry run leaves a real run's as it is: what that wrote is told by no other file.
 */
export function ownSummaryPath(dataDir: string, stage: string, bin: string, isDryRun: boolean): string {
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
