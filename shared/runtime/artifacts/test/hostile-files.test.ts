import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ExpectedError } from '../../errors/index.ts'
import { HOSTILE_TEXTS, UNPRINTABLE } from '../../text/test/hostile-texts.ts'
import {
  appendPrivately,
  commitArtifacts,
  createPrivateFile,
  openArtifactWriter,
  parseYaml,
  readYaml,
  refuseLink,
  writePrivateFile,
} from '../index.ts'
import { aFile, emptyFolder, expectedErrorOf, readAll } from './folder.ts'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const aliases = ['a: &a [x, x, x, x, x, x, x, x, x]']
for (const [one, other] of ['ab', 'bc', 'cd', 'de', 'ef'])
  aliases.push(`${other}: &${other} [${Array(9).fill(`*${one}`)}]`)

test.each([
  ['aliases of aliases', aliases.join('\n')],
  ['an alias without its anchor', '- *nowhere'],
  ['lists in lists without end', nested(50_000)],
  ['lists that are never closed', '['.repeat(50_000)],
  ['a key that is a list', '? [a, "\\e[2J"]\n: x'],
  ['a key __proto__', '__proto__:\n  admin: true'],
  ['two documents', 'a: 1\n---\nb: 2'],
])('YAML with %s is refused with an error', async (_, text) => {
  const problem = await expectedErrorOf(async () => parseYaml(text, 'overrides.yml'))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'YAML_INVALID' })
  expect(problem.message).not.toMatch(UNPRINTABLE)
  expect(problem.message.length).toBeLessThan(300)
})

test('a map with many keys is read quickly', async () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `key${index}: x`).join('\n')
  expect(Object.keys((await parseYaml(text, 'plans.yml')) ?? {})).toHaveLength(20_000)
})

test('a file that is too large, or a device without end, is not read', async () => {
  const path = aFile('a: 1\n', 'plans.yml')
  writeFileSync(path, Buffer.alloc(5 * 1024 * 1024, 'a'))
  expect(await expectedErrorOf(() => readYaml(path))).toMatchObject({ code: 'FILE_TOO_LARGE' })
  expect(await expectedErrorOf(() => readYaml('/dev/zero'))).toMatchObject({ code: 'FILE_MISSING' })
})

test('any YAML file is either read or refused with an ExpectedError', async () => {
  const marks = [
    '- ',
    ': ',
    '? ',
    '&a ',
    '*a',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '|\n',
    '\n',
    '  ',
    '!!map ',
    '<<',
    '#',
    '%',
  ]
  const parts = fc.constantFrom(...marks, ...HOSTILE_TEXTS.map(text => text.slice(0, 50)), 'a', '1')
  await fc.assert(
    fc.asyncProperty(fc.array(parts, { maxLength: 30 }), async texts => {
      try {
        await parseYaml(texts.join(''), 'file.yml')
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error
      }
    }),
    { numRuns: 500 },
  )
})

test('any artifact is either read or refused with an ExpectedError', async () => {
  const marks = [
    '[',
    ']',
    '{',
    '}',
    ',',
    '\n',
    '"',
    '\\',
    ':',
    'null',
    '1',
    '"__proto__"',
    '\u2028',
    '\ufeff',
  ]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...marks), { maxLength: 20 }), async texts => {
      const path = aFile(texts.join(''))
      const read = await readAll(path, z.unknown()).catch(error => error)
      if (read instanceof Error && !(read instanceof ExpectedError)) throw read
    }),
    { numRuns: 200 },
  )
})

test('keys such as __proto__ are ordinary attributes and have no effect', async () => {
  const path = aFile('[\n{"id":1,"__proto__":{"salesforce_id":"x"},"constructor":{"name":"y"}}\n]\n')
  const [record] = await readAll(path, z.looseObject({ id: z.int() }))
  expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
  expect(record?.salesforce_id).toBeUndefined()
  expect(record?.constructor).toEqual({ name: 'y' })
})

test('a written artifact keeps every text, and contains no control character', async () => {
  const path = join(emptyFolder(), 'a.json')
  const writer = openArtifactWriter(path, z.object({ name: z.string() }))
  const records = HOSTILE_TEXTS.filter(text => text.isWellFormed()).map(name => ({ name }))
  for (const record of records) writer.write(record)
  commitArtifacts([writer])
  expect(await readAll(path, z.object({ name: z.string() }))).toEqual(records)
  expect(readFileSync(path, 'utf8').replaceAll('\n', '')).not.toMatch(UNPRINTABLE)
})

test('a record nested deeper than the stack is refused', async () => {
  const writer = openArtifactWriter(join(emptyFolder(), 'a.json'), z.unknown())
  const problem = await expectedErrorOf(async () => writer.write(JSON.parse(nested(100_000))))
  expect(problem).toMatchObject({
    code: 'RECORD_NOT_WRITABLE',
    message: 'a.json: a record is nested too deeply to be written',
  })
  writer.abort()
})

test.each([0, 0o022])('only its owner can read a written file, with umask %o', mask => {
  const folder = emptyFolder()
  const before = process.umask(mask)
  try {
    const writer = openArtifactWriter(join(folder, 'made', 'a.json'), z.unknown())
    commitArtifacts([writer])
    writePrivateFile(join(folder, 'whole'), 'x')
    appendPrivately(join(folder, 'journal'), 'x')
    createPrivateFile(join(folder, 'log'))
  } finally {
    process.umask(before)
  }
  expect(statSync(join(folder, 'made')).mode & 0o077).toBe(0)
  for (const name of ['made/a.json', 'whole', 'journal', 'log'])
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
})

test('a file that others could read is replaced by one that only its owner can read', () => {
  const path = join(emptyFolder(), 'log')
  writeFileSync(path, 'old')
  chmodSync(path, 0o644)
  createPrivateFile(path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('nothing is written through a link', async () => {
  const folder = emptyFolder()
  const outside = join(emptyFolder(), 'outside')
  writeFileSync(outside, 'untouched')
  const link = (name: string) => {
    symlinkSync(outside, join(folder, name))
    return join(folder, name)
  }
  const writer = openArtifactWriter(link('a.json'), z.unknown())
  commitArtifacts([writer])
  writePrivateFile(link('whole'), 'x')
  link('other.part')
  writePrivateFile(join(folder, 'other'), 'x')
  createPrivateFile(link('log'))
  const journal = link('journal')
  expect(() => appendPrivately(journal, 'x')).toThrow(/ELOOP/)
  expect((await expectedErrorOf(async () => refuseLink(journal))).message).toContain('symbolic link')
  expect(readFileSync(outside, 'utf8')).toBe('untouched')
})

test('an artifact that is a link to a file is read', async () => {
  const folder = emptyFolder()
  const links = { file: aFile('[]'), nowhere: '/no/such/file', device: '/dev/zero' }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, name))
  expect(await readAll(join(folder, 'file'), z.unknown())).toEqual([])
  for (const name of ['nowhere', 'device'])
    expect(await expectedErrorOf(() => readAll(join(folder, name), z.unknown()))).toMatchObject({
      code: 'ARTIFACT_MISSING',
    })
})
