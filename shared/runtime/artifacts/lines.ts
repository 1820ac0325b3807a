import { closeSync, openSync, readSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** A longer line is not a record. */
const MAX_LINE_BYTES = 16 * 1024 * 1024

const CHUNK_BYTES = 256 * 1024
const LINE_FEED = 10

/**
 * The size of a batch of lines. V8 creates the records of larger batches in the old generation, because they often
 * outlive a minor collection. A compare of 300,000 accounts then takes 150 MB more.
 */
const BATCH_BYTES = 32 * 1024

/** Some lines without their line feeds, and for each the byte after its line feed. `start` is the first line's first byte. */
export type Lines = { start: number; texts: string[]; ends: number[] }

/**
 * Yields the lines of a UTF-8 file in batches. Splits only at `\n`: node:readline would also split at U+2028, which JSON
 * text may contain. Yields `null` for a line over the limit, and stops.
 * Decodes each line separately. Most lines are ASCII, which takes half the time; one Chinese name would slow down a
 * whole chunk. With `from`, begins with the first line that begins at this byte or after it.
 */
export async function* linesOf(path: string, from = 0): AsyncGenerator<Lines | null> {
  let begun: Buffer[] = []
  let begunBytes = 0
  // The line before is skipped, unless it ends just there.
  let isSkipping = from > 0
  let chunkStart = Math.max(from - 1, 0)
  for await (const chunk of chunksOf(path, chunkStart)) {
    let next = 0
    if (isSkipping) {
      next = chunk.indexOf(LINE_FEED) + 1
      isSkipping = next === 0
      if (isSkipping) next = chunk.length
    }
    for (;;) {
      const { texts, ends } = linesIn(chunk, next, chunkStart, begun)
      const end = ends.at(-1)
      if (end === undefined) break
      yield { start: chunkStart + next - begunBytes, texts, ends }
      begun = []
      begunBytes = 0
      next = end - chunkStart
    }
    if (next < chunk.length) {
      begun.push(Buffer.from(chunk.subarray(next)))
      begunBytes += chunk.length - next
    }
    if (begunBytes > MAX_LINE_BYTES) {
      yield null
      return
    }
    chunkStart += chunk.length
  }
  if (begunBytes > 0)
    yield {
      start: chunkStart - begunBytes,
      texts: [Buffer.concat(begun).toString('utf8')],
      ends: [chunkStart],
    }
}

/**
 * The next lines that end in a chunk, up to the size of a batch. The first line begins with the bytes of `begun`. A loop
 * over lines is slower in a generator.
 */
function linesIn(
  chunk: Buffer,
  from: number,
  chunkStart: number,
  begun: readonly Buffer[],
): Pick<Lines, 'texts' | 'ends'> {
  const texts: string[] = []
  const ends: number[] = []
  let start = from
  while (start - from < BATCH_BYTES) {
    const end = chunk.indexOf(LINE_FEED, start)
    if (end === -1) break
    if (texts.length > 0 || begun.length === 0) texts.push(chunk.toString('utf8', start, end))
    else texts.push(Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8'))
    start = end + 1
    ends.push(chunkStart + start)
  }
  return { texts, ends }
}

/**
 * Yields a file's chunks. A chunk is valid until the next one. Reads synchronously: Node's asynchronous read takes another
 * thread, and a compare then takes 4 % longer.
 */
async function* chunksOf(path: string, from: number): AsyncGenerator<Buffer> {
  const file = openSync(path, 'r')
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  let position = from
  try {
    for (;;) {
      const bytes = readSync(file, buffer, 0, CHUNK_BYTES, position)
      if (bytes === 0) return
      position += bytes
      yield buffer.subarray(0, bytes)
      // Without it, the run would not notice a signal, nor the second thread's batches.
      await nextTurn()
    }
  } finally {
    closeSync(file)
  }
}
