import { closeSync, openSync, readSync, writeSync } from 'node:fs'

/** Writes an artifact with one record per line, without checks: the bench does not test its own data. */
export function lineWriter(path: string): { write: (record: unknown) => void; close: () => void } {
  const file = openSync(path, 'w')
  let buffer = '['
  let count = 0
  return {
    write(record) {
      buffer += `${count === 0 ? '' : ','}\n${JSON.stringify(record)}`
      count += 1
      if (buffer.length < 64 * 1024) return
      writeSync(file, buffer)
      buffer = ''
    },
    close() {
      writeSync(file, `${buffer}\n]\n`)
      closeSync(file)
    },
  }
}

export function writeLines(path: string, records: Iterable<unknown>): void {
  const { write, close } = lineWriter(path)
  for (const record of records) write(record)
  close()
}

const BLOCK_BYTES = 1024 * 1024
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

function lineEnd(buffer: Buffer, start: number, filled: number): number {
  const end = buffer.indexOf(LINE_FEED, start)
  return end < filled ? end : -1
}
