import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { makePrivateDirectory, parsedFile, writePrivateFile } from '../../runtime/artifacts/index.ts'
import { reasonSchema } from '../../runtime/errors/index.ts'
import { printableJson } from '../../runtime/text/index.ts'

/** The name of the job record in a data directory. */
export const JOB_RECORD = 'job.json'

/** How a job ended, and which run it belongs to. Every job writes it, successful or not. */
export const jobRecordSchema = z.object({
  run_id: z.string(),
  stage: z.string(),
  /** The bin that ended last; null if the stage did not even get its inputs. */
  bin: z.string().nullable(),
  dry_run: z.boolean(),
  exit_code: z.int(),
  ended_at: z.iso.datetime(),
  /** Why the bin could not start. If the bin itself stopped, its summary has the reason. */
  error: reasonSchema.nullable(),
})
export type JobRecord = z.infer<typeof jobRecordSchema>

/** Writes the job record to the data directory. */
export async function writeJobRecord(dataDir: string, jobRecord: JobRecord): Promise<void> {
  makePrivateDirectory(dataDir)
  writePrivateFile(join(dataDir, JOB_RECORD), printableJson(jobRecordSchema.parse(jobRecord)))
}

/** Removes the job record of an earlier attempt. */
export async function removeJobRecord(dataDir: string): Promise<void> {
  await rm(join(dataDir, JOB_RECORD), { force: true })
}

/** The job record in a file's content; undefined if it is not one. */
export function jobRecordIn(content: Uint8Array | undefined): JobRecord | undefined {
  return parsedFile(content, jobRecordSchema)
}

/** Of several job records, one with an error, or else the first. The summaries have all exit codes. */
export function jobRecordOf(parts: readonly ReadonlyMap<string, Uint8Array>[]): Uint8Array | undefined {
  const failed = parts.find(files => jobRecordIn(files.get(JOB_RECORD))?.error)
  return (failed ?? parts[0])?.get(JOB_RECORD)
}
