import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** The recipes of CONTRIBUTING.md name functions and files that exist. Its links are checked with those of the docs. */

const ROOT = join(import.meta.dirname, '..', '..')
const INLINE_CODE = /`[^`]+`/g
const CALLED = /\b[a-z]+[A-Z]\w*(?=\()/g
const TEST_FILE = /\b[a-z-]+(?:\.e2e)?\.test\.ts\b/g

const recipes =
  readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8').split('\n## To change something\n')[1] ?? ''
const files = globSync('{packages,shared,cli,ci,report,fixtures,rigs}/**/*.ts', {
  cwd: ROOT,
  exclude: ['**/node_modules/**'],
})

test('every function that a recipe calls is in the code', () => {
  const outsideBlocks = recipes.replaceAll(/^ *```.*?^ *```$/gms, '')
  const code = [...outsideBlocks.matchAll(INLINE_CODE)].map(([text]) => text).join('\n')
  const called = new Set([...code.matchAll(CALLED)].map(([name]) => name))
  expect(called).toContain('addedColumn')
  const sources = files
    .filter(file => !file.includes('/test/'))
    .map(file => readFileSync(join(ROOT, file), 'utf8'))
  const isDeclared = (name: string) => sources.some(source => source.includes(`function ${name}`))
  expect([...called].filter(name => !isDeclared(name))).toEqual([])
})

test('every test file that a recipe names exists', () => {
  const named = new Set([...recipes.matchAll(TEST_FILE)].map(([name]) => name))
  expect(named).toContain('catalogue.test.ts')
  expect([...named].filter(name => !files.some(file => file.endsWith(`/${name}`)))).toEqual([])
})
