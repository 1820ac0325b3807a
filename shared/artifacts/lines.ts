import { createReadStream } from 'node:fs'

/** A line longer than this is no record. */
const LONGEST_LINE = 16 * 1024 * 1024

/**
 * The lines of a UTF-8 file, without their line feeds, a chunk's worth at a time. Splits on `\n` alone: JSON text
 * may hold U+2028, which node:readline would take for a line's end. Stops with `null` at a line over the limit.
 */
export async function* linesOf(path: string): AsyncGenerator<string[] | null> {
  // The pieces of the line that has not ended yet: joined once, or a long line would be copied for every chunk.
  let rest: string[] = []
  let length = 0
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const [first = '', ...others] = String(chunk).split('\n')
    rest.push(first)
    length += first.length
    if (length > LONGEST_LINE) {
      yield null
      return
    }
    const last = others.pop()
    if (last === undefined) continue
    yield [rest.join(''), ...others]
    rest = [last]
    length = last.length
  }
  if (length > 0) yield [rest.join('')]
}
