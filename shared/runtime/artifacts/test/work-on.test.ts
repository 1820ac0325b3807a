import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { secondThread, workOn } from '../index.ts'
import { aFile, aRecord, expectedErrorOf, readAll, recordSchema } from './folder.ts'
import { seatsWork } from './seats-work.ts'

const HALF_A_MEGABYTE = 512 * 1024
/** Some blocks, with names of several bytes a character. */
const RECORDS = Array.from({ length: 12_000 }, (_, index) =>
  aRecord(index, `株式会社 ${index} ${'x'.repeat(150)}`),
)
const lines = (records: readonly unknown[]) => records.map(record => JSON.stringify(record)).join(',\n')

async function worked(path: string, from: number) {
  const thread = secondThread()
  onTestFinished(() => thread.end())
  const texts: string[] = []
  const again: unknown[] = []
  for await (const { result, count, recordAt } of workOn(path, seatsWork, { times: 2 }, { thread, from })) {
    expect(result.texts).toHaveLength(count)
    expect(new TextDecoder().decode(result.bytes)).toBe(result.texts.join('\n'))
    texts.push(...result.texts)
    if (count > 0) again.push(recordAt(0), recordAt(count - 1))
  }
  return { texts, again }
}

test.each([
  ['a record per line', `[\n${lines(RECORDS)}\n]\n`],
  ['lines ended by CR LF', `[\r\n${lines(RECORDS).replaceAll('\n', '\r\n')}\r\n]\r\n`],
  ['empty lines among them', `[\n${lines(RECORDS).replaceAll('00},', '00},\n\n')}\n]\n`],
  [
    'another form from the middle on',
    `[\n${lines(RECORDS.slice(0, 6000))},\n${JSON.stringify(RECORDS.slice(6000), null, 1).slice(1)}`,
  ],
  ['all on one line', JSON.stringify(RECORDS)],
])('two threads give what one gives, in its order: %s', async (_form, content) => {
  const path = aFile(content)
  expect(Buffer.byteLength(content)).toBeGreaterThan(4 * HALF_A_MEGABYTE)
  const [alone, helped] = [await worked(path, Number.POSITIVE_INFINITY), await worked(path, 0)]
  expect(alone.texts).toEqual(RECORDS.map(({ name, seats }) => `${name} ${seats * 2}`))
  expect(helped.texts).toEqual(alone.texts)
  const records = new Map((await readAll(path, recordSchema)).map(record => [record.name, record]))
  for (const record of [...alone.again, ...helped.again])
    expect(record).toEqual(records.get(recordSchema.parse(record).name))
})

test('a line of several blocks, and one that begins where a block does, are whole', async () => {
  const before = '[\n'.length + JSON.stringify(aRecord(1, '')).length + ',\n'.length
  const records = [
    aRecord(1, 'x'.repeat(HALF_A_MEGABYTE - before)),
    aRecord(2, 'y'.repeat(HALF_A_MEGABYTE - aRecord.length)),
    aRecord(3, 'z'.repeat(3 * HALF_A_MEGABYTE)),
    aRecord(4),
  ]
  const path = aFile(`[\n${lines(records)}\n]\n`)
  expect(await readAll(path, recordSchema)).toEqual(records)
  expect((await worked(path, 0)).texts).toEqual(records.map(({ name, seats }) => `${name} ${seats * 2}`))
})

test('what is wrong with a record is said as one thread says it, wherever the record is read', async () => {
  for (const place of [0, 3000, 7000, 11_999]) {
    const bad = RECORDS.with(place, z.any().parse({ ...aRecord(place), seats: 'ten' }))
    const path = aFile(`[\n${lines(bad)}\n]\n`)
    const alone = await expectedErrorOf(() => readAll(path, recordSchema))
    const helped = await expectedErrorOf(() => worked(path, 0))
    expect(helped.message).toBe(alone.message)
    expect(helped.message).toContain(`record ${place + 1} (`)
  }
})

test('an artifact that was cut is refused', async () => {
  const path = aFile(`[\n${lines(RECORDS)},\n`)
  expect(await expectedErrorOf(() => worked(path, 0))).toMatchObject({ code: 'ARTIFACT_NOT_JSON' })
})

test('a work that its thread cannot load ends in an error', async () => {
  const path = aFile(`[\n${lines(RECORDS)}\n]\n`)
  const thread = secondThread()
  const lost = { ...seatsWork, name: 'noWork' }
  const parts = workOn(path, lost, { times: 2 }, { thread, from: 0 })
  await expect(Array.fromAsync(parts)).rejects.toThrow()
})
