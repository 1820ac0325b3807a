import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { makePrivateDirectory, parsedFile, writePrivateFile } from '../../runtime/artifacts/index.ts'
import { reasonSchema } from '../../runtime/errors/index.ts'
import { printableJson } from '../../runtime/text/index.ts'

/** The ticket's name in a data directory. */
export const TICKET = 'job.json'

/** What a job came to, and whose it was: left behind whether it went well or not. */
export const ticketSchema = z.object({
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
export type Ticket = z.infer<typeof ticketSchema>

/** Leaves a job's ticket in its data directory. */
export async function writeTicket(dataDir: string, ticket: Ticket): Promise<void> {
  makePrivateDirectory(dataDir)
  writePrivateFile(join(dataDir, TICKET), printableJson(ticketSchema.parse(ticket)))
}

/** Takes away the ticket of an earlier try: this job begins anew. */
export async function removeTicket(dataDir: string): Promise<void> {
  await rm(join(dataDir, TICKET), { force: true })
}

/** The ticket in a file's content; undefined when it is none. */
export function ticketIn(content: Uint8Array | undefined): Ticket | undefined {
  return parsedFile(content, ticketSchema)
}
