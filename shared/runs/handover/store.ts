import type { StageName } from '../../pipeline/index.ts'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'

/** Files are read into memory for their checksums. A gather of ten thousand accounts has about 60 MB. */
export const MAX_FILE = 512 * 1024 * 1024

/** The error for a larger file; `what` names the file and its place. */
export function tooLarge(what: string): ExpectedError {
  return badInput('HANDOVER_TOO_LARGE', {
    message: `${what} is larger than ${MAX_FILE / 1024 ** 2} MB`,
    next: 'No artifact should be that large. Check what the stage that wrote it gathered, then run that stage again.',
  })
}

/** A copy that may have a stage's files of a run. Its manifest shows which run and stage it belongs to. */
export type Copy = {
  /** Its place, for messages. */
  origin: string
  /** Whether its job failed. It may then have no files. */
  isOfFailed?: boolean
  /** Reads files by their names in the data directory, or returns the reason why that is impossible. */
  read: (names: readonly string[]) => Promise<Map<string, Uint8Array> | string>
}

/** The bin of a stage that writes files for later stages. */
export type Producer = { stage: StageName; bin: string }

/** The run to take a producer's files from. */
export type WantedRun = {
  id: string
  /** The commit that it must have run at; null for any. */
  commit: string | null
}

export type HandoverStore = {
  /** The copies that may have the producer's files of that run, newest first. */
  copies: (producer: Producer, run: WantedRun) => AsyncIterable<Copy>
}
