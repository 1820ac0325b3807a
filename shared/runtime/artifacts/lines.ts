import { createReadStream } from 'node:fs'

/** A line longer than this is no record. */
const MAX_LINE = 16 * 1024 * 1024

const CHUNK_BYTES = 256 * 1024
const LINE_FEED = 10

/**
 * The lines of a UTF-8 file, without their line feeds, a chunk's worth at a time. Splits on `\n` alone: JSON text
 * may hold U+2028, which node:readline would take for a line's end. Stops with `null` at a line over the limit.
 * Each line is decoded by itself: most are ASCII then, which is read in half the time of a chunk that has one
 * Chinese name in it.
 */
export async function* linesOf(path: string): AsyncGenerator<string[] | null> {
  let begun: Buffer[] = []
  let begunBytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      if (begunBytes === 0) lines.push(chunk.toString('utf8', start, end))
      else lines.push(Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8'))
      begun = []
      begunBytes = 0
      start = end + 1
    }
    if (start < chunk.length) {
      begun.push(chunk.subarray(start))
      begunBytes += chunk.length - start
    }
    if (begunBytes > MAX_LINE) {
      yield null
      return
    }
    if (lines.length > 0) yield lines
  }
  if (begunBytes > 0) yield [Buffer.concat(begun).toString('utf8')]
}
