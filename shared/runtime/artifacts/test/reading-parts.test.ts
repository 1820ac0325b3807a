import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { type Reading, readBatches } from '../index.ts'
import { aFile, aRecord, expectedErrorOf, recordSchema, type SeatsRecord } from './folder.ts'

const linesText = (records: readonly SeatsRecord[]) =>
  `[\n${records.map(record => JSON.stringify(record)).join(',\n')}\n]\n`
/** With empty lines, and without a line feed at the end. */
const otherText = (records: readonly SeatsRecord[]) =>
  `\n[\r\n\r\n  ${records.map(one => JSON.stringify(one)).join(',\r\n\n ')}\n]`

async function read(path: string, reading: Reading): Promise<SeatsRecord[]> {
  return (await Array.fromAsync(readBatches(path, recordSchema, reading))).flat()
}

const endsAt = (byte: number): Reading => ({ to: { byte, isEnd: async () => true } })

test('each record is in exactly one of the two parts of a file, for any byte between them', async () => {
  // Shorter and longer than a batch of 32 KB, and than a chunk of 256 KB.
  const lengths = fc.constantFrom(1, 20, 300, 9_000, 40_000, 300_000)
  await fc.assert(
    fc.asyncProperty(
      fc.array(lengths, { minLength: 1, maxLength: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(linesText, otherText),
      async (names, share, form) => {
        const records = names.map((length, index) => aRecord(index + 1, 'Zoë '.repeat(length / 4) || 'A'))
        const bytes = Buffer.from(form(records))
        const path = aFile(bytes.toString())
        const opening = bytes.indexOf('[') + 1
        const last = bytes.lastIndexOf('\n', bytes.lastIndexOf('{')) + 1
        const byte = opening + Math.round(share * (last - opening))
        const first = await read(path, endsAt(byte))
        expect(await read(path, { from: byte })).toEqual(records.slice(first.length))
        expect(first).toEqual(records.slice(0, first.length))
      },
    ),
    { numRuns: 80 },
  )
})

test('a part begins with the line that begins at its byte, or else with the next one', async () => {
  const records = [aRecord(1), aRecord(2), aRecord(3)]
  const text = linesText(records)
  const second = text.indexOf(JSON.stringify(records[1]))
  expect(await read(aFile(text), { from: second })).toEqual(records.slice(1))
  expect(await read(aFile(text), { from: second + 1 })).toEqual(records.slice(2))
  expect(await read(aFile(text), endsAt(second))).toEqual(records.slice(0, 1))
  expect(await read(aFile(text), endsAt(second + 1))).toEqual(records.slice(0, 2))
})

test('the file is read to its end if that is decided at the byte, which is asked once', async () => {
  const records = [aRecord(1), aRecord(2), aRecord(3)]
  const isEnd = vi.fn(async () => false)
  expect(await read(aFile(linesText(records)), { to: { byte: 10, isEnd } })).toEqual(records)
  expect(isEnd).toHaveBeenCalledOnce()
})

test('a file without one record per line has no parts', async () => {
  const records = [aRecord(1), aRecord(2), aRecord(3)]
  const isEnd = vi.fn(async () => true)
  const whole = aFile(JSON.stringify(records, null, 1))
  expect(await read(whole, { to: { byte: 10, isEnd } })).toEqual(records)
  expect(isEnd).not.toHaveBeenCalled()
  expect((await expectedErrorOf(() => read(whole, { from: 10 }))).code).toBe('ARTIFACT_NOT_JSON')
})

test.each<[string, (text: string) => string]>([
  ['without a comma between its parts', text => text.replace('},\n', '}\n')],
  ['with a record that is not closed before them', text => text.replace('},\n', ',\n')],
])('a file %s is not valid JSON', async (_what, spoiled) => {
  const text = spoiled(linesText([aRecord(1), aRecord(2), aRecord(3)]))
  const path = aFile(text)
  const error = await expectedErrorOf(() => read(path, endsAt(text.indexOf('"Customer 2"') - 35)))
  expect(error.code).toBe('ARTIFACT_NOT_JSON')
})

test('a second part without records is not valid JSON: only the first part shows whether the file is', async () => {
  const text = linesText([aRecord(1), aRecord(2)])
  const error = await expectedErrorOf(() => read(aFile(text), { from: text.lastIndexOf('{') + 1 }))
  expect(error.code).toBe('ARTIFACT_NOT_JSON')
})

test('a second part that was cut is not valid JSON', async () => {
  const path = aFile(linesText([aRecord(1), aRecord(2), aRecord(3)]).slice(0, -2))
  expect((await expectedErrorOf(() => read(path, { from: 10 }))).code).toBe('ARTIFACT_NOT_JSON')
})
