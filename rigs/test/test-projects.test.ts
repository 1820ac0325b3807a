import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

/**
 * `pnpm test:fast` runs the unit tests in seconds. Name a test `*.e2e.test.ts` if it or one of its helpers starts a
 * process or a server.
 */

const ROOT = join(import.meta.dirname, '..', '..')
const STARTS = /from '(?:node:child_process|node:worker_threads|node:http|@support-sync\/fixtures\/sandbox)'/
const IMPORTS = /from '([^']+)'/g

/** The first file, from a test through its helpers, that starts something; undefined if there is none. */
function starter(file: string, seen = new Set<string>()): string | undefined {
  if (seen.has(file)) return undefined
  seen.add(file)
  const source = readFileSync(join(ROOT, file), 'utf8')
  if (STARTS.test(source)) return file
  for (const [, specifier = ''] of source.matchAll(IMPORTS)) {
    const helper = helperOf(file, specifier)
    const found = helper && starter(helper, seen)
    if (found) return found
  }
  return undefined
}

/** A test's helper: a file in a test folder. Tested code can start anything. */
function helperOf(file: string, specifier: string): string | undefined {
  const [, shared] = /^@support-sync\/shared\/(.*\/test)$/.exec(specifier) ?? []
  if (shared) return join('shared', shared, 'index.ts')
  if (!specifier.startsWith('.')) return undefined
  const path = relative(ROOT, join(ROOT, dirname(file), specifier))
  return path.includes('/test/') ? path : undefined
}

const files = globSync('{packages,shared,fixtures,cli,ci,rigs,report}/**/test/*.test.ts', {
  cwd: ROOT,
  exclude: ['**/node_modules/**', 'report/test/browser/**'],
})
const unit = files.filter(file => !file.endsWith('.e2e.test.ts'))

test('a unit test starts no process and no server', () => {
  expect(unit.length).toBeGreaterThan(50)
  expect(unit.filter(file => starter(file) !== undefined)).toEqual([])
})

test('a test that starts one is found, even through a helper', () => {
  expect(starter('cli/test/views.e2e.test.ts')).toBe('cli/test/views.e2e.test.ts')
  expect(starter('packages/compare-global/test/held.e2e.test.ts')).toContain('/test/')
})
