import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMPILED_FROM } from '../compiled.ts'
import { commitArtifacts, openArtifactWriter, readArtifact } from '../index.ts'
import { aRecord, emptyFolder, expectedErrorOf, readAll, recordSchema } from './folder.ts'

const MANY = Array.from({ length: COMPILED_FROM + 20 }, (_, index) => aRecord(index + 1))
const LAST = MANY.length

function fileOf(records: readonly unknown[]): string {
  const path = join(emptyFolder(), 'global_accounts.json')
  writeFileSync(path, `[\n${records.map(record => JSON.stringify(record)).join(',\n')}\n]\n`)
  return path
}

test('the last of many records is read without its unknown keys, like the first', async () => {
  const path = fileOf(MANY.map(record => ({ unknown: 1, ...record })))
  expect(await readAll(path, recordSchema)).toEqual(MANY)
})

test('the last of many records is refused with the same message as the first', async () => {
  const refused = async (place: number) => {
    const path = fileOf(MANY.with(place, { ...aRecord(7), seats: Number.NaN }))
    return (await expectedErrorOf(() => readAll(path, recordSchema))).message
  }
  const first = await refused(0)
  expect(first).toContain('record 1 (001610000000007): seats: ')
  expect(await refused(LAST - 1)).toBe(first.replace('record 1', `record ${LAST}`))
})

test('the records before an invalid one are read first, even if they are read at the same time', async () => {
  const path = fileOf(MANY.with(2, { ...aRecord(3), seats: Number.NaN }))
  const read: unknown[] = []
  const error = await expectedErrorOf(async () => {
    for await (const record of readArtifact(path, recordSchema)) read.push(record)
  })
  expect(error.message).toContain('record 3 ')
  expect(read).toEqual(MANY.slice(0, 2))
})

test('after many records, a schema with one more rule still applies its rule', async () => {
  const path = fileOf(MANY)
  const stricter = recordSchema.refine(
    ({ salesforce_id }) => salesforce_id !== MANY.at(-1)?.salesforce_id,
    'too far',
  )
  for (const _ of [1, 2]) {
    expect(await readAll(path, recordSchema)).toEqual(MANY)
    const error = await expectedErrorOf(() => readAll(path, stricter))
    expect(error.message).toContain(`record ${LAST} `)
    expect(error.message).toContain('too far')
  }
})

test('the last of many records is written in the order of the schema, and checked', () => {
  const path = join(emptyFolder(), 'global_accounts.json')
  const writer = openArtifactWriter(path, recordSchema)
  for (const { salesforce_id, name, seats } of MANY) writer.write({ seats, name, salesforce_id })
  expect(() => writer.write({ ...aRecord(1), seats: Number.NaN })).toThrow('seats')
  commitArtifacts([writer])
  const lines = MANY.map(record => JSON.stringify(record)).join(',\n')
  expect(readFileSync(path, 'utf8')).toBe(`[\n${lines}\n]\n`)
})
