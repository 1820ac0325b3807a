import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseYaml, readYaml } from '../index.ts'
import { aFile, emptyFolder, expectedErrorOf } from './folder.ts'

test('a date in YAML stays text', async () => {
  expect(await parseYaml('- expiration_date: 2027-01-31\n', 'overrides.yml')).toEqual([
    { expiration_date: '2027-01-31' },
  ])
})

test('inner spaces of a charge name are kept', async () => {
  const path = aFile(
    'gitlab_dedicated:\n  - Dedicated - Administration Fee  [XLarge] - 1 Year\n',
    'plans.yml',
  )
  expect(await readYaml(path)).toEqual({
    gitlab_dedicated: ['Dedicated - Administration Fee  [XLarge] - 1 Year'],
  })
})

test('an error about a missing file has its path', async () => {
  const path = join(emptyFolder(), 'plans.yml')
  const problem = await expectedErrorOf(() => readYaml(path))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'FILE_MISSING' })
  expect(problem.message).toContain(path)
})

test('a file that is not UTF-8 is refused', async () => {
  const path = aFile('', 'plans.yml')
  writeFileSync(path, Buffer.from('- Gr\xfc\xdfe\n', 'latin1'))
  expect(await expectedErrorOf(() => readYaml(path))).toMatchObject({
    kind: 'bad-input',
    code: 'FILE_NOT_TEXT',
    message: `${path} is not UTF-8 text`,
  })
})

test.each([
  ['an open quote', '- "Gold\n- Silver\n', /line [123]/],
  ['a duplicate key', 'edu:\n  - A\nedu:\n  - B\n', /line 3/],
])('an error about invalid YAML has name and line: %s', async (_what, content, line) => {
  const problem = await expectedErrorOf(() => readYaml(aFile(content, 'plans.yml')))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'YAML_INVALID' })
  expect(problem.message).toContain('plans.yml')
  expect(problem.message).toMatch(line)
  expect(problem.message).toMatch(/[^:]$/)
})
