import { createReadStream } from 'node:fs'

/** A line longer than this is no record, and a file in another form is read whole only up to this size. */
export const LARGEST_WHOLE = 256 * 1024 * 1024

/**
 * The lines of a UTF-8 file, without their line feeds, a chunk's worth at a time. Splits on `\n` alone: JSON text
 * may hold U+2028, which node:readline would take for a line's end. Stops with `null` at a line over the limit.
 */
export async function* linesOf(path: string): AsyncGenerator<string[] | null> {
  let rest = ''
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LARGEST_WHOLE) {
      yield null
      return
    }
    if (lines.length > 0) yield lines
  }
  if (rest !== '') yield [rest]
}
