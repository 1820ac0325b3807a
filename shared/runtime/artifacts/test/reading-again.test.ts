import { rmSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAgainFrom, readBatches } from '../index.ts'
import { aFile, aRecord, expectedErrorOf, recordSchema, type SeatsRecord } from './folder.ts'

/** Reads a file, and returns the function that reads its records again. */
async function readerOf(path: string) {
  const places: number[] = []
  const records = (await Array.fromAsync(readBatches(path, recordSchema, { places }))).flat()
  const readAgain = readAgainFrom(path, recordSchema, number => {
    const [start, end] = places.slice(number * 2 - 2)
    return start === undefined || end === undefined ? undefined : { start, end }
  })
  return { records, places, readAgain }
}

const linesText = (records: readonly SeatsRecord[]) =>
  `[\n${records.map(record => JSON.stringify(record)).join(',\n')}\n]\n`
const FORMS = [
  linesText,
  (records: readonly SeatsRecord[]) =>
    `\n[\r\n\r\n  ${records.map(one => JSON.stringify(one)).join(',\r\n\n ')}\n]`,
  (records: readonly SeatsRecord[]) => JSON.stringify(records, null, 1),
  // The first record in a line, the others in one line.
  (records: readonly SeatsRecord[]) =>
    linesText(records.slice(0, 1)).replace('}\n]', `},\n${JSON.stringify(records.slice(1)).slice(1)}`),
]

test('records are read again by their numbers, in any order and for any form of the file', async () => {
  // Shorter and longer than a block of 16 KB, and than a chunk of 256 KB.
  const lengths = fc.constantFrom(1, 20, 300, 5_000, 9_000, 40_000, 300_000)
  await fc.assert(
    fc.asyncProperty(
      fc.array(lengths, { minLength: 2, maxLength: 30 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      fc.constantFrom(...FORMS),
      async (names, chosen, form) => {
        const records = names.map((length, index) => aRecord(index + 1, 'Zoë '.repeat(length / 4) || 'A'))
        const reader = await readerOf(aFile(form(records)))
        expect(reader.records).toEqual(records)
        const numbers = chosen.map(one => (one % records.length) + 1)
        expect(await reader.readAgain(numbers)).toEqual(numbers.map(number => records[number - 1]))
      },
    ),
    { numRuns: 60 },
  )
})

test('a file with one record per line has a place for each record, any other file for none', async () => {
  const records = [aRecord(1), aRecord(2), aRecord(3)]
  expect((await readerOf(aFile(linesText(records)))).places).toHaveLength(6)
  expect((await readerOf(aFile(JSON.stringify(records)))).places).toEqual([])
})

test('a record that changed since it was read is checked again', async () => {
  const path = aFile(linesText([aRecord(1), aRecord(2)]))
  const { readAgain } = await readerOf(path)
  const text = linesText([aRecord(1), { ...aRecord(2), seats: Number.NaN }])
  writeFileSync(path, text)
  expect(await readAgain([1])).toEqual([aRecord(1)])
  expect((await expectedErrorOf(() => readAgain([1, 2]))).code).toBe('ARTIFACT_RECORD_INVALID')
})

test('a file that is gone when it is read again is missing', async () => {
  const path = aFile(linesText([aRecord(1)]))
  const { readAgain } = await readerOf(path)
  rmSync(path)
  expect((await expectedErrorOf(() => readAgain([1]))).code).toBe('ARTIFACT_MISSING')
})
