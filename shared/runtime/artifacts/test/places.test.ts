import { open } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openRecords, type Place, readBatches } from '../index.ts'
import { openLineReader } from '../line-reader.ts'
import { linesOf } from '../lines.ts'
import { aFile, aRecord, expectedErrorOf, recordSchema } from './folder.ts'

const KILOBYTE = 1024

async function allLines(path: string) {
  const texts: string[] = []
  const starts: number[] = []
  for await (const lines of linesOf(path)) {
    texts.push(...(lines?.texts ?? []))
    starts.push(...(lines?.starts ?? []))
  }
  return { texts, starts }
}

test('each line of a file can be read again at its start', async () => {
  const long = fc.integer({ min: 1, max: 90 }).map(size => '株x'.repeat(size * KILOBYTE))
  const line = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('', 'a', 'é', '🦝', 'a\r') },
    { weight: 1, arbitrary: long },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async lines => {
      const path = aFile(lines.join('\n'))
      const { texts, starts } = await allLines(path)
      // A file that ends with a line feed has no line after it.
      expect(texts).toEqual(lines.at(-1) === '' ? lines.slice(0, -1) : lines)
      const { lineAt, close } = openLineReader(path)
      expect(starts.toReversed().map(lineAt)).toEqual(texts.toReversed())
      close()
    }),
    { numRuns: 40 },
  )
})

test.each([4 * KILOBYTE - 1, 4 * KILOBYTE, 4 * KILOBYTE + 1, 256 * KILOBYTE, 3 * KILOBYTE * KILOBYTE])(
  'a line of %d bytes is read again, with or without a line feed',
  length => {
    const line = 'x'.repeat(length)
    for (const end of ['', '\n', '\nnext']) {
      const { lineAt, close } = openLineReader(aFile(`[\n${line}${end}`))
      expect(lineAt(2) === line).toBe(true)
      close()
    }
  },
)

/** The places of a file's records, and what it yields without parsing those of even numbers. */
async function placesIn(path: string) {
  const places: Place[] = []
  const batches = readBatches(path, recordSchema, (_line, place) => {
    places.push(place)
    return place.number % 2 === 0 ? place.number : undefined
  })
  return { places, records: (await Array.fromAsync(batches)).flat() }
}

test.each(['\n', '\r\n', '\n\n  '])(
  'records are read again by their places, with %j between lines',
  async feed => {
    const records = [aRecord(1), aRecord(2, '株式会社'), aRecord(3)]
    const path = aFile(
      ['[', ...records.map((one, index) => `${JSON.stringify(one)}${index < 2 ? ',' : ''}`), ']'].join(feed),
    )
    const { places, records: read } = await placesIn(path)
    expect(read).toEqual([records[0], 2, records[2]])
    expect(places.map(({ number }) => number)).toEqual([1, 2, 3])
    const { recordAt, close } = openRecords(path, recordSchema)
    expect(places.toReversed().map(recordAt)).toEqual(records.toReversed())
    close()
  },
)

test.each([
  ['several records', `${JSON.stringify(aRecord(2))},${JSON.stringify(aRecord(3))}`],
  ['an object in a record', JSON.stringify({ ...aRecord(2), more: {} })],
])('a line with %s is always parsed', async (_what, line) => {
  const { records } = await placesIn(aFile(`[\n${JSON.stringify(aRecord(1))},\n${line}\n]\n`))
  expect(records.slice(0, 2)).toEqual([aRecord(1), aRecord(2)])
})

test('a record that is invalid or cut when it is read again is refused like the first time', async () => {
  const path = aFile(`[\n{"salesforce_id":"1","name":"A","seats":"many"},\n{"salesforce`)
  const { recordAt, close } = openRecords(path, recordSchema)
  const refused = async (place: Place) => {
    const { code, message } = await expectedErrorOf(async () => recordAt(place))
    return { code, message }
  }
  expect(await refused({ start: 2, number: 1 })).toEqual({
    code: 'ARTIFACT_RECORD_INVALID',
    message: expect.stringContaining('global_accounts.json: record 1 (1): seats: '),
  })
  expect(await refused({ start: 50, number: 2 })).toEqual({
    code: 'ARTIFACT_NOT_JSON',
    message: expect.stringContaining('nothing can be read after record 1'),
  })
  close()
})

test('a disk error while a chunk is used is thrown to the reader', async () => {
  const path = aFile('x\n'.repeat(300 * KILOBYTE))
  const file = await open(path)
  const handles: { read: unknown } = Object.getPrototypeOf(file)
  await file.close()
  const { read } = handles
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  onTestFinished(() => {
    handles.read = read
    process.off('unhandledRejection', unhandled)
  })
  const lines = linesOf(path)
  await lines.next()
  // Not a mock of vitest: that handles the rejections itself.
  handles.read = async () => {
    throw Object.assign(new Error('broken'), { code: 'EIO' })
  }
  const rest = async () => {
    for await (const _ of lines) await setTimeout(5)
  }
  await expect(rest()).rejects.toMatchObject({ code: 'EIO' })
  expect(unhandled).not.toHaveBeenCalled()
})
