import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPlans } from '@support-sync/shared/domain'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

/** Admins edit the packages' reviewed files. The demo, the sandbox and the tests have their own copies. */

const ROOT = join(import.meta.dirname, '..', '..')
const PRODUCTION = /packages['",/ ]+[\w$-{}]+['",/ ]+data['",/ ]+(plans|protected_ids)\.yml/
/** These read the file in a copy of the repository, where it has the fixtures' plans. */
const OF_A_COPY = [
  'cli/test/impact.e2e.test.ts',
  'rigs/test/examples.e2e.test.ts',
  'cli/test/working-tree.ts',
]
/** These use only the path, to test that it is explain's default. They do not depend on the content. */
const OF_THE_PATH = ['cli/test/views.e2e.test.ts', 'rigs/test/own-rules.test.ts']

test('no test and no rig depends on production’s plans and protected ids', () => {
  const files = globSync(['{fixtures,rigs}/**/*.ts', '{packages,shared,cli,ci,report}/**/test/**/*.ts'], {
    cwd: ROOT,
    exclude: ['**/node_modules/**'],
  })
  expect(files.length).toBeGreaterThan(100)
  const reading = files.filter(file => PRODUCTION.test(readFileSync(join(ROOT, file), 'utf8')))
  expect(reading.filter(file => ![...OF_A_COPY, ...OF_THE_PATH].includes(file))).toEqual([])
})

test.each([
  "join(ROOT, 'packages', 'processor', 'data', 'plans.yml')",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an excerpt of source code
  'new URL(`../../../packages/${stage}/data/protected_ids.yml`)',
])('%s is found', source => {
  expect(PRODUCTION.test(source)).toBe(true)
})

test("the fixtures' plans can be read", () => {
  const file = join(ROOT, 'fixtures/rules/plans.yml')
  expect(readPlans(parse(readFileSync(file, 'utf8')), file).plan_lookup.size).toBeGreaterThan(50)
})
