import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { commitArtifacts, openArtifactWriter, openPartWriter, partPath, removeArtifacts } from '../index.ts'
import { aRecord, emptyFolder, readAll, recordSchema } from './folder.ts'

function targetIn(folder: string): string {
  return join(folder, 'global_accounts.json')
}

function written<Item>(path: string, schema: z.ZodType<Item, unknown>, items: readonly Item[]) {
  const writer = openArtifactWriter(path, schema)
  for (const item of items) writer.write(item)
  commitArtifacts([writer])
  return readFileSync(path, 'utf8')
}

test('an artifact has [ on a line, a record per line, then ]', () => {
  const lines = written(targetIn(emptyFolder()), recordSchema, [aRecord(1), aRecord(2)])
  expect(lines).toBe(`[\n${JSON.stringify(aRecord(1))},\n${JSON.stringify(aRecord(2))}\n]\n`)
})

test.each([
  ['DEL in ASCII', 'Acme \u007f', 'Acme \\u007f'],
  ['a direction mark', 'Acmé \u202e', 'Acmé \\u202e'],
])('a character that no terminal should get is escaped: %s', (_what, name, line) => {
  expect(written(targetIn(emptyFolder()), recordSchema, [aRecord(1, name)])).toContain(`"${line}"`)
})

test('an artifact without records is an empty array', () => {
  expect(JSON.parse(written(targetIn(emptyFolder()), recordSchema, []))).toEqual([])
})

test('the file does not exist before the commit, and no temporary file after it', async () => {
  const folder = emptyFolder()
  const writer = openArtifactWriter(targetIn(folder), recordSchema)
  for (let number = 0; number < 2000; number++) writer.write(aRecord(number))
  expect(existsSync(targetIn(folder))).toBe(false)
  commitArtifacts([writer])
  expect(readdirSync(folder)).toEqual(['global_accounts.json'])
  expect(await readAll(targetIn(folder), recordSchema)).toHaveLength(2000)
})

test('until the commit, a reader sees the complete previous file', async () => {
  const path = targetIn(emptyFolder())
  written(path, recordSchema, [aRecord(1)])
  const writer = openArtifactWriter(path, recordSchema)
  for (let number = 0; number < 2000; number++) writer.write(aRecord(number))
  expect(await readAll(path, recordSchema)).toEqual([aRecord(1)])
  commitArtifacts([writer])
  expect(await readAll(path, recordSchema)).toHaveLength(2000)
})

test('after an abort nothing is left', () => {
  const folder = emptyFolder()
  const writer = openArtifactWriter(targetIn(folder), recordSchema)
  for (let number = 0; number < 2000; number++) writer.write(aRecord(number))
  expect(readdirSync(folder)).toHaveLength(1)
  writer.abort()
  expect(readdirSync(folder)).toEqual([])
  expect(() => writer.abort()).not.toThrow()
})

test('an abort after the commit leaves the artifact', async () => {
  const path = targetIn(emptyFolder())
  const writer = openArtifactWriter(path, recordSchema)
  writer.write(aRecord(1))
  commitArtifacts([writer])
  writer.abort()
  expect(await readAll(path, recordSchema)).toEqual([aRecord(1)])
})

test('if an artifact cannot be finished, the others are not committed either', () => {
  const folder = emptyFolder()
  const writer = openArtifactWriter(targetIn(folder), recordSchema)
  writer.write(aRecord(1))
  const full = new Error('no space left on device')
  const failing = {
    ...openArtifactWriter(join(folder, 'unmapped_charges.json'), recordSchema),
    finish: () => {
      throw full
    },
  }
  expect(() => commitArtifacts([writer, failing])).toThrow(full)
  expect(existsSync(targetIn(folder))).toBe(false)
  for (const each of [writer, failing]) each.abort()
  expect(readdirSync(folder)).toEqual([])
})

test('only its owner may read an artifact, also while it is written, and if it replaces one that others could read', () => {
  const folder = emptyFolder()
  const mode = (name: string) => statSync(join(folder, name)).mode & 0o777
  writeFileSync(targetIn(folder), '[]')
  chmodSync(targetIn(folder), 0o644)
  const writer = openArtifactWriter(targetIn(folder), recordSchema)
  const [unfinished = ''] = readdirSync(folder).filter(name => name !== 'global_accounts.json')
  expect(mode(unfinished)).toBe(0o600)
  commitArtifacts([writer])
  expect(mode('global_accounts.json')).toBe(0o600)
})

test('an invalid record is not written', () => {
  const writer = openArtifactWriter(targetIn(emptyFolder()), recordSchema)
  expect(() => writer.write({ ...aRecord(1), seats: Number.NaN })).toThrow(z.ZodError)
  writer.abort()
})

test('a missing directory is created', () => {
  const path = targetIn(join(emptyFolder(), 'data', 'run-1'))
  expect(JSON.parse(written(path, recordSchema, [aRecord(1)]))).toEqual([aRecord(1)])
})

test('written records are read back unchanged, one per line', async () => {
  const schema = z.looseObject({ name: z.string() })
  const anyRecord = fc
    .tuple(fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.jsonValue()), fc.string({ unit: 'binary' }))
    .map(([others, name]) => ({ ...others, name: `${name}\n\u2028` }))
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord), async records => {
      const path = targetIn(emptyFolder())
      const content = written(path, schema, records)
      const asJson: unknown = JSON.parse(JSON.stringify(records))
      expect(await readAll(path, schema)).toEqual(asJson)
      if (records.length > 0) expect(content.trim().split('\n')).toHaveLength(records.length + 2)
    }),
    { numRuns: 25 },
  )
})

test('removing artifacts ignores missing ones and keeps all other files', async () => {
  const folder = emptyFolder()
  mkdirSync(join(folder, 'summaries'))
  for (const name of ['updates.json', 'plans.yml']) writeFileSync(join(folder, name), '[]')
  await removeArtifacts(folder, ['updates.json', 'creates.json'])
  expect(readdirSync(folder).sort()).toEqual(['plans.yml', 'summaries'])
})

test('an artifact whose last records another thread wrote is like any other', async () => {
  // More than the buffer of 64 KB.
  const names = fc.constantFrom('A', 'Zoë', '株式会社'.repeat(30_000))
  await fc.assert(
    fc.asyncProperty(fc.array(names, { maxLength: 6 }), fc.nat(6), async (all, first) => {
      const records = all.map((name, index) => aRecord(index, name))
      const path = targetIn(emptyFolder())
      const part = openPartWriter(partPath(path), recordSchema)
      for (const record of records.slice(first)) part.write(record)
      const writer = openArtifactWriter(path, recordSchema)
      for (const record of records.slice(0, first)) writer.write(record)
      writer.append(part.finish())
      commitArtifacts([writer])
      expect(readFileSync(path, 'utf8')).toBe(written(targetIn(emptyFolder()), recordSchema, records))
    }),
    { numRuns: 40 },
  )
})

test('a part that a killed run left behind is removed with its artifact', async () => {
  const path = targetIn(emptyFolder())
  const part = openPartWriter(partPath(path), recordSchema)
  part.write(aRecord(1))
  part.finish()
  await removeArtifacts(dirname(path), ['global_accounts.json'])
  expect(readdirSync(dirname(path))).toEqual([])
})
