import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readArtifact } from '../index.ts'
import { aFile, aRecord, emptyFolder, expectedErrorOf, readAll, recordSchema } from './folder.ts'

const RECORDS = [aRecord(1), aRecord(2), aRecord(3)]
const [one, two, three] = RECORDS.map(record => JSON.stringify(record))

test.each([
  ['one record per line', `[\n${one},\n${two},\n${three}\n]\n`],
  ['one record per line, without a last line feed', `[\n${one},\n${two},\n${three}\n]`],
  ['one record per line, lines ended by CR LF', `[\r\n${one},\r\n${two},\r\n${three}\r\n]\r\n`],
  ['one record per line, indented, with empty lines', `\n[\n\n  ${one},\n  ${two},\n\n  ${three}\n]\n`],
  ['commas that begin the lines', `[\n${one}\n,${two}\n,${three}\n]\n`],
  ['all on one line', `[${one},${two},${three}]`],
  ['two records on a line', `[\n${one},\n${two},${three}\n]\n`],
  ['indented by two', JSON.stringify(RECORDS, null, 2)],
  ['indented by tabs', JSON.stringify(RECORDS, null, '\t')],
  ['line form first, another form from the second record on', `[\n${one},\n{\n${two?.slice(1)},\n${three}]`],
])('every JSON format of an array gives the same records: %s', async (_form, content) => {
  expect(await readAll(aFile(content), recordSchema)).toEqual(RECORDS)
})

test.each(['[]', '[]\n', '[\n]\n', ' [ ] ', '[\n\n]'])('an empty array has no records: %j', async content => {
  expect(await readAll(aFile(content), recordSchema)).toEqual([])
})

test('any array of JSON values, with any indentation, is read like JSON.parse', async () => {
  const forms = [
    (values: unknown[]) => `[\n${values.map(value => JSON.stringify(value)).join(',\n')}\n]\n`,
    (values: unknown[]) => JSON.stringify(values),
    (values: unknown[]) => JSON.stringify(values, null, 1),
  ]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.constantFrom(...forms), async (values, form) => {
      const content = form(values)
      expect(await readAll(aFile(content), z.unknown())).toEqual(JSON.parse(content))
    }),
    { numRuns: 60 },
  )
})

test('characters that other readers treat as a line end stay in their text', async () => {
  const records = [
    aRecord(1, 'Acme\u2028Ltd'),
    aRecord(2, 'Acme\u2029\u0085Ltd'),
    aRecord(3, 'Acme\u000b\fLtd'),
  ]
  const lines = records.map(record => JSON.stringify(record)).join(',\n')
  expect(lines).toContain('\u2028')
  expect(await readAll(aFile(`[\n${lines}\n]\n`), recordSchema)).toEqual(records)
})

test('records and characters across chunks of a large file are complete', async () => {
  const records = Array.from({ length: 40 }, (_, index) => aRecord(index, '株式会社タヌキ🦝'.repeat(900)))
  const content = `[\n${records.map(record => JSON.stringify(record)).join(',\n')}\n]\n`
  expect(Buffer.byteLength(content)).toBeGreaterThan(3 * 256 * 1024)
  expect(await readAll(aFile(content), recordSchema)).toEqual(records)
})

test('a record is returned before the rest of the file is read, regardless of its text', async () => {
  const record = aRecord(1, 'Acme\u2028Ltd')
  const reader = readArtifact(aFile(`[\n${JSON.stringify(record)},\nnot JSON`), recordSchema)
  expect(await reader.next()).toEqual({ done: false, value: record })
  expect((await expectedErrorOf(() => reader.next())).code).toBe('ARTIFACT_NOT_JSON')
})

describe('an invalid file is an error that names the file', () => {
  test.each([
    ['cut after a comma', `[\n${one},\n${two},\n`, 'ARTIFACT_NOT_JSON'],
    ['cut after a record', `[\n${one},\n${two}\n`, 'ARTIFACT_NOT_JSON'],
    ['cut inside a record', `[\n${one},\n${two?.slice(0, 20)}`, 'ARTIFACT_NOT_JSON'],
    ['cut after its first line', '[\n', 'ARTIFACT_NOT_JSON'],
    ['cut in another form', JSON.stringify(RECORDS, null, 2).slice(0, -2), 'ARTIFACT_NOT_JSON'],
    ['with a comma after the last record', `[\n${one},\n${two},\n]\n`, 'ARTIFACT_NOT_JSON'],
    ['without a comma between two records', `[\n${one}\n${two}\n]\n`, 'ARTIFACT_NOT_JSON'],
    ['with more after its end', `[\n${one}\n]\n${two}\n`, 'ARTIFACT_NOT_JSON'],
    ['with two arrays', `[\n${one}\n]\n[\n${two}\n]\n`, 'ARTIFACT_NOT_JSON'],
    ['of white space alone', ' \n', 'ARTIFACT_NOT_JSON'],
    ['of one object', '{"salesforce_id": "1"}', 'ARTIFACT_NOT_A_LIST'],
    ['of null', 'null', 'ARTIFACT_NOT_A_LIST'],
    ['of 0 bytes', '', 'ARTIFACT_EMPTY'],
  ])('%s', async (_what, content, code) => {
    const problem = await expectedErrorOf(() => readAll(aFile(content), recordSchema))
    expect(problem).toMatchObject({ kind: 'bad-input', code })
    expect(problem.message).toContain('global_accounts.json')
  })

  test.each([
    ['missing', (folder: string) => join(folder, 'global_accounts.json')],
    ['a folder', (folder: string) => folder],
  ])('%s', async (_what, pathIn) => {
    const path = pathIn(emptyFolder())
    const problem = await expectedErrorOf(() => readAll(path, recordSchema))
    expect(problem).toMatchObject({ kind: 'bad-input', code: 'ARTIFACT_MISSING' })
    expect(problem.next).toContain(path)
  })
})

describe('an invalid record is an error with file, number, key and attribute', () => {
  const bad = { ...aRecord(2), seats: 'ten' }

  test.each([
    ['one record per line', `[\n${one},\n${JSON.stringify(bad)}\n]\n`],
    ['another form', JSON.stringify([RECORDS[0], bad], null, 2)],
  ])('in %s', async (_form, content) => {
    const problem = await expectedErrorOf(() => readAll(aFile(content), recordSchema))
    expect(problem).toMatchObject({ kind: 'bad-input', code: 'ARTIFACT_RECORD_INVALID' })
    expect(problem.message).toMatch(/^global_accounts\.json: record 2 \(001610000000002\): seats: .*number/)
  })

  test.each([
    ['a record without its attribute', '{"salesforce_id":"x","name":"y"}', 'record 1 (x): seats:'],
    ['a record with an id alone', '{"id":42}', 'record 1 (42): salesforce_id:'],
    ['a charge', '{"charge_name":"Gold - 1 Year"}', 'record 1 (Gold - 1 Year): salesforce_id:'],
    ['a record without a key', '{}', 'record 1 (without key): salesforce_id:'],
    ['a number in place of a record', '7', 'record 1 (without key): the record:'],
  ])('%s', async (_what, record, message) => {
    const problem = await expectedErrorOf(() => readAll(aFile(`[\n${record}\n]\n`), recordSchema))
    expect(problem.message).toContain(message)
  })

  test('a message does not show an email address as a key', async () => {
    const content = `[\n${JSON.stringify({ email: 'ada@customer.example', name: 'Ada' })}\n]\n`
    const problem = await expectedErrorOf(() => readAll(aFile(content), recordSchema))
    expect(problem.message).toContain('without key')
    expect(`${problem.message} ${problem.next}`).not.toContain('customer.example')
  })
})
