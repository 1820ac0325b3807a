import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { owedSchema } from '../../domain/index.ts'
import type { Bin } from '../../pipeline/index.ts'
import { makePrivateDirectory, parsedFile, writePrivateFile } from '../artifacts/index.ts'
import {
  type ExitCode,
  ExpectedError,
  exitCodeOf,
  type Reason,
  reasonOf,
  reasonSchema,
  told,
} from '../errors/index.ts'
import { brief, printableJson } from '../text/index.ts'
import { removalsSchema } from './last-run.ts'
import type { StageLogger } from './logging.ts'

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
  /** The salesforce_ids of the overrides in effect, of the processor. */
  overrides: z.array(z.string()).optional(),
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

/** How a bin ended; `error` is what stopped it. */
export type Ending = { exit_code: ExitCode; error: Reason | null }

const NOTHING_DONE = { records_in: {}, records_out: {}, requests: 0, retries: 0, warnings: [] }

/** What a bin tells of its run; without `counts` it did not come to do anything. */
export function summaryOf(
  { bin }: Bin,
  { started, ended, exit_code, error }: Ending & { started: Date; ended: Date },
  { dryRun, today }: { dryRun: boolean; today?: string },
  counts: Pick<
    Summary,
    keyof typeof NOTHING_DONE | 'planned' | 'removals' | 'owed' | 'overrides' | 'gathered' | 'empty'
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

/** The ending of a bin that threw. Tells what went wrong and what to do next; a bug with its stack. */
export function endingOf(error: unknown, logger: StageLogger): Ending {
  const exit_code = exitCodeOf(error)
  if (error instanceof ExpectedError) {
    const { code, message, next } = error
    logger.error({ code, next, exit_code }, message)
    return { exit_code, error: reasonOf(error) }
  }
  const told = { code: 'BUG', message: 'this is a bug', next: 'Please report this with the log.' }
  logger.error({ code: told.code, next: told.next, exit_code, err: error }, told.message)
  return { exit_code, error: told }
}

/** Does what is left to do after a failure. Where that fails too it is logged: a bin ends as its first failure says. */
export function afterFailure(logger: StageLogger, act: () => void): void {
  try {
    act()
  } catch (error) {
    logger.error({ err: error }, 'failed after what ended the run')
  }
}
