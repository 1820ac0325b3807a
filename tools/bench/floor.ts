import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { recordLines } from './lines.ts'

/** What a stage writes: so many lines, of which some are held parsed, to be printed again and again. */
export type Output = { lines: number; sample: readonly unknown[] }

const SAMPLE = 1000

/** Counts an output's lines and keeps the first of them. */
export async function outputOf(path: string): Promise<Output> {
  const sample: unknown[] = []
  let lines = 0
  for await (const line of recordLines(path)) {
    lines += 1
    if (sample.length < SAMPLE) sample.push(JSON.parse(line))
  }
  return { lines, sample }
}

/**
 * The floor: a bare loop over the same input that parses each line, and one that prints as many lines of the same
 * output. No stage can be faster that reads and writes JSON.
 */
export async function runFloor(
  inputs: readonly string[],
  outputs: readonly Output[],
  to: string,
): Promise<number> {
  let parsed = 0
  for (const input of inputs) {
    let rest = ''
    for await (const chunk of createReadStream(input, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (!line.startsWith('{')) continue
        JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line)
        parsed += 1
      }
    }
  }
  const file = openSync(to, 'w')
  let buffer = ''
  for (const { lines, sample } of outputs) {
    for (let line = 0; line < lines; line += 1) {
      buffer += `${JSON.stringify(sample[line % sample.length])},\n`
      if (buffer.length > 64 * 1024) {
        writeSync(file, buffer)
        buffer = ''
      }
    }
  }
  writeSync(file, buffer)
  closeSync(file)
  return parsed
}
