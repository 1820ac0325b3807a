import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'

const BLOCK_BYTES = 1024 * 1024
/** The maximum size of a bench's record. */
export const LONGEST_LINE = 64 * 1024
const BYTES_PER_CODE_UNIT = 3

/** Writes an artifact with one record per line, without checks: the bench does not test its own data. */
export function lineWriter(path: string): { write: (record: unknown) => void; close: () => void } {
  const file = openSync(path, 'w')
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES)
  let filled = buffer.write('[')
  let count = 0
  const flush = () => {
    writeSync(file, buffer, 0, filled)
    filled = 0
  }
  return {
    write(record) {
      if (filled > BLOCK_BYTES - LONGEST_LINE) flush()
      const line = `${count === 0 ? '' : ','}\n${JSON.stringify(record)}`
      if (line.length > LONGEST_LINE / BYTES_PER_CODE_UNIT)
        throw new Error(`a record is too long for the bench: ${line.length}`)
      filled += buffer.write(line, filled)
      count += 1
    },
    close() {
      filled += buffer.write('\n]\n', filled)
      flush()
      closeSync(file)
    },
  }
}

export function writeLines(path: string, records: Iterable<unknown>): void {
  const { write, close } = lineWriter(path)
  for (const record of records) write(record)
  close()
}

const [LINE_FEED, COMMA, BRACE] = [10, 44, 123]

/**
 * Passes each record of an artifact to `take` as text, without its comma. This is the fastest way to read one: bytes into
 * one buffer, and each line decoded by itself, so that one Chinese name does not make a whole block slow.
 */
export function eachRecord(path: string, take: (text: string) => void): void {
  const file = openSync(path, 'r')
  let buffer = Buffer.allocUnsafe(2 * BLOCK_BYTES)
  let kept = 0
  for (;;) {
    if (buffer.length - kept < BLOCK_BYTES) buffer = Buffer.concat([buffer], 2 * buffer.length)
    const read = readSync(file, buffer, kept, BLOCK_BYTES, null)
    if (read === 0) break
    const filled = kept + read
    let start = 0
    for (let end = lineEnd(buffer, start, filled); end !== -1; end = lineEnd(buffer, start, filled)) {
      const last = buffer[end - 1] === COMMA ? end - 1 : end
      if (buffer[start] === BRACE) take(buffer.toString('utf8', start, last))
      start = end + 1
    }
    buffer.copyWithin(0, start, filled)
    kept = filled - start
  }
  closeSync(file)
}

/** An artifact's records as text, without commas, in any order. Keeps their bytes outside the heap. */
export function recordsOf(path: string): { length: number; at: (index: number) => string } {
  const bytes = readFileSync(path)
  const ends: number[] = []
  for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, end + 1)) ends.push(end)
  return {
    // Without the lines of the brackets.
    length: ends.length - 2,
    at(index) {
      const start = (ends[index] ?? 0) + 1
      const end = ends[index + 1] ?? start
      return bytes.toString('utf8', start, bytes[end - 1] === COMMA ? end - 1 : end)
    },
  }
}

function lineEnd(buffer: Buffer, start: number, filled: number): number {
  const end = buffer.indexOf(LINE_FEED, start)
  return end < filled ? end : -1
}
