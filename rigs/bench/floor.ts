import { closeSync, openSync, writeSync } from 'node:fs'
import { eachRecord, LONGEST_LINE } from './lines.ts'

type JsonRecord = Readonly<Record<string, unknown>>

/** A stage's output: the number of lines, and some parsed lines to print repeatedly. */
export type Output = { lines: number; sample: readonly unknown[] }

const SAMPLE = 1000

/** Counts an output's lines and keeps the first ones. */
export function outputOf(path: string): Output {
  const sample: unknown[] = []
  let lines = 0
  eachRecord(path, text => {
    lines += 1
    if (sample.length < SAMPLE) sample.push(JSON.parse(text))
  })
  return { lines, sample }
}

const BUFFER_BYTES = 1024 * 1024

/**
 * The floor: a plain loop that parses each record of the same input, and one that prints as many records of the same
 * output. It checks and decides nothing. A program on one core that reads and writes JSON cannot be faster.
 */
export function runFloor(
  inputs: readonly string[],
  outputs: readonly Output[],
  to: string,
  take: (record: JsonRecord, input: number) => void = () => undefined,
): void {
  for (const [number, input] of inputs.entries()) eachRecord(input, text => take(JSON.parse(text), number))
  const file = openSync(to, 'w')
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  let filled = 0
  for (const { lines, sample } of outputs) {
    for (let line = 0; line < lines; line += 1) {
      if (filled > BUFFER_BYTES - LONGEST_LINE) {
        writeSync(file, buffer, 0, filled)
        filled = 0
      }
      filled += buffer.write(`${JSON.stringify(sample[line % sample.length])},\n`, filled)
    }
  }
  writeSync(file, buffer, 0, filled)
  closeSync(file)
}

/**
 * The floor of a comparison in memory: it indexes the first input by key and compares each record of the second with it,
 * attribute by attribute. Returns the number of attributes that differ.
 */
export function runJoin(
  inputs: readonly string[],
  outputs: readonly Output[],
  to: string,
  key: string,
): number {
  const held = new Map<unknown, JsonRecord>()
  let differing = 0
  runFloor(inputs, outputs, to, (record, input) => {
    if (input === 0) {
      held.set(record[key], record)
      return
    }
    const counterpart = held.get(record[key])
    for (const attribute in record) if (counterpart?.[attribute] !== record[attribute]) differing += 1
  })
  return differing
}
