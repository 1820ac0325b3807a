import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { recordLines } from './lines.ts'

type JsonRecord = Readonly<Record<string, unknown>>

/** A stage's output: the number of lines, and some parsed lines to print repeatedly. */
export type Output = { lines: number; sample: readonly unknown[] }

const SAMPLE = 1000

/** Counts an output's lines and keeps the first ones. */
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
 * The floor: a plain loop that parses each line of the same input, and one that prints as many lines of the same
 * output. A stage that reads and writes JSON cannot be faster.
 */
export async function runFloor(
  inputs: readonly string[],
  outputs: readonly Output[],
  to: string,
  take: (record: JsonRecord, input: number) => void = () => undefined,
): Promise<void> {
  for (const [number, input] of inputs.entries()) {
    let rest = ''
    for await (const chunk of createReadStream(input, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (!line.startsWith('{')) continue
        take(JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line), number)
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
}

/**
 * The floor of a comparison in memory: it indexes the first input by key and compares each record of the second with it,
 * attribute by attribute. Returns the number of attributes that differ.
 */
export async function runJoin(
  inputs: readonly string[],
  outputs: readonly Output[],
  to: string,
  key: string,
): Promise<number> {
  const held = new Map<unknown, JsonRecord>()
  let differing = 0
  await runFloor(inputs, outputs, to, (record, input) => {
    if (input === 0) {
      held.set(record[key], record)
      return
    }
    const counterpart = held.get(record[key])
    for (const attribute in record) if (counterpart?.[attribute] !== record[attribute]) differing += 1
  })
  return differing
}
