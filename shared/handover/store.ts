/** Files are held in memory to be summed; a gather of ten thousand accounts is some 60 MB. */
export const LARGEST_FILE = 512 * 1024 * 1024

/** What one run of a stage left behind, perhaps: its manifest tells. */
export type Copy = {
  /** Where it is, for messages. */
  origin: string
  /** Some of its files, by their names in the data directory; null when there is nothing to be had any more. */
  read: (names: readonly string[]) => Promise<Map<string, Uint8Array> | null>
}

/** A run that a producer's files are wanted of. */
export type WantedRun = {
  id: string
  /** The commit that it must have run at; null when any will do. */
  commit: string | null
}

export type HandoverStore = {
  /** What may be the producer's files of that run, the newest first. */
  copies: (producer: string, run: WantedRun) => AsyncIterable<Copy>
}
