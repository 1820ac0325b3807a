import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'

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

/** An artifact's records as text, one per line. */
export async function* recordLines(path: string): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('{')) yield line.endsWith(',') ? line.slice(0, -1) : line
    }
  }
}
