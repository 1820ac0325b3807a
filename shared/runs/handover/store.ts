import type { StageName } from '../../pipeline/index.ts'
import { ExpectedError } from '../../runtime/errors/index.ts'

/** Files are held in memory to be summed; a gather of ten thousand accounts is some 60 MB. */
export const MAX_FILE = 512 * 1024 * 1024

/** For a file that is larger; `what` tells which, and where. */
export function tooLarge(what: string): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'HANDOVER_TOO_LARGE',
    message: `${what} has more than ${MAX_FILE} bytes`,
    next: 'Look at what the stage before wrote.',
  })
}

/** What one run of a stage left behind, perhaps: its manifest tells. */
export type Copy = {
  /** Where it is, for messages. */
  origin: string
  /** Whether what left it is known to have failed, so that it may have left nothing. */
  isOfFailed?: boolean
  /** Some of its files, by their names in the data directory; or why nothing of it can be had. */
  read: (names: readonly string[]) => Promise<Map<string, Uint8Array> | string>
}

/** What hands files on: a stage, by one of its bins. */
export type Producer = { stage: StageName; bin: string }

/** A run that a producer's files are wanted of. */
export type WantedRun = {
  id: string
  /** The commit that it must have run at; null when any will do. */
  commit: string | null
}

export type HandoverStore = {
  /** What may be the producer's files of that run, the newest first. */
  copies: (producer: Producer, run: WantedRun) => AsyncIterable<Copy>
}
