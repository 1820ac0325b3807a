import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { makePrivateDirectory, parsedFile, writePrivateFile } from '../../runtime/artifacts/index.ts'
import { reasonSchema } from '../../runtime/errors/index.ts'
import { printableJson } from '../../runtime/text/index.ts'

/** The jobRecord's name in a data directory. */
export const JOB_RECORD = 'job.json'

/** What a job came to, and whose it was: left behind whether it went well or not. */
export const jobRecordSchema = z.object({
  run_id: z.string(),
  stage: z.string(),
  /** The bin that ended last; null when the stage could not even be handed its inputs. */
  bin: z.string().nullable(),
  dry_run: z.boolean(),
  exit_code: z.int(),
  ended_at: z.iso.datetime(),
  /** What kept the bin from starting. What stopped a bin stands in its summary. */
  error: reasonSchema.nullable(),
})
export type JobRecord = z.infer<typeof jobRecordSchema>

/** Leaves a job's jobRecord in its data directory. */
export async function writeJobRecord(dataDir: string, jobRecord: JobRecord): Promise<void> {
  makePrivateDirectory(dataDir)
  writePrivateFile(join(dataDir, JOB_RECORD), printableJson(jobRecordSchema.parse(jobRecord)))
}

/** Takes away the jobRecord of an earlier try: this job begins anew. */
export async function removeJobRecord(dataDir: string): Promise<void> {
  await rm(join(dataDir, JOB_RECORD), { force: true })
}

/** The jobRecord in a file's content; undefined when it is none. */
export function jobRecordIn(content: Uint8Array | undefined): JobRecord | undefined {
  return parsedFile(content, jobRecordSchema)
}
