import { closeSync, openSync, readSync } from 'node:fs'
import { MAX_LINE_BYTES } from './lines.ts'

/** Reads single lines of a file. */
export type LineReader = {
  /** The line that starts at this byte, without the line feed. */
  lineAt: (start: number) => string
  close: () => void
}

/** Most lines are shorter. */
const FIRST_BYTES = 4 * 1024
const LINE_FEED = 10

/** Opens a file for `lineAt`. Throws file system errors. */
export function openLineReader(path: string): LineReader {
  const file = openSync(path, 'r')
  const firstBuffer = Buffer.allocUnsafe(FIRST_BYTES)
  return {
    lineAt(start) {
      let buffer = firstBuffer
      for (;;) {
        const read = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, start))
        const end = read.indexOf(LINE_FEED)
        // The file's last line has no line feed.
        const isWhole = end !== -1 || read.length < buffer.length || read.length > MAX_LINE_BYTES
        if (isWhole) return read.toString('utf8', 0, end === -1 ? read.length : end)
        buffer = Buffer.allocUnsafe(buffer.length * 2)
      }
    },
    close: () => closeSync(file),
  }
}
