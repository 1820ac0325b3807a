import { open } from 'node:fs/promises'

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
    let start = 0
    if (isSkipping) {
      start = chunk.indexOf(LINE_FEED) + 1
      isSkipping = start === 0
      if (isSkipping) start = chunk.length
    }
    let lines: Lines = { start: chunkStart + start - begunBytes, texts: [], ends: [] }
    let batchStart = start
    for (let end = chunk.indexOf(LINE_FEED, start); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      if (begunBytes === 0) lines.texts.push(chunk.toString('utf8', start, end))
      else lines.texts.push(Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8'))
      begun = []
      begunBytes = 0
      start = end + 1
      lines.ends.push(chunkStart + start)
      if (start - batchStart >= BATCH_BYTES) {
        yield lines
        lines = { start: chunkStart + start, texts: [], ends: [] }
        batchStart = start
      }
    }
    if (start < chunk.length) {
      begun.push(Buffer.from(chunk.subarray(start)))
      begunBytes += chunk.length - start
    }
    if (begunBytes > MAX_LINE_BYTES) {
      yield null
      return
    }
    if (lines.texts.length > 0) yield lines
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
 * Yields a file's chunks. A chunk is valid until the next one: two buffers take turns, and one is always being filled.
 * This is 5 % faster than a stream, which allocates a buffer for each chunk.
 */
async function* chunksOf(path: string, from: number): AsyncGenerator<Buffer> {
  const file = await open(path)
  const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const
  let position = from
  const fill = (turn: number) => {
    const filling = file.read(buffers[turn % 2 === 0 ? 0 : 1], 0, CHUNK_BYTES, position)
    // It may fail while the previous chunk is used. Without this, Node would end the process.
    filling.catch(() => {})
    return filling
  }
  let filling = fill(0)
  try {
    for (let turn = 1; ; turn += 1) {
      const { bytesRead, buffer } = await filling
      if (bytesRead === 0) return
      position += bytesRead
      filling = fill(turn)
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    // A reader may stop early, while a buffer is being filled.
    await filling.catch(() => {})
    await file.close()
  }
}
