import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** The check of how old our dependencies are, over what pnpm tells of them. */

function check(outdated: unknown) {
  const input = typeof outdated === 'string' ? outdated : JSON.stringify(outdated)
  const program = join(import.meta.dirname, '..', 'freshness.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { input, encoding: 'utf8' })
  return { status, output: `${stdout}${stderr}` }
}

const behind = (current: string, latest: string, isDeprecated = false) => ({ current, latest, isDeprecated })

test('with nothing behind it passes', () => {
  expect(check({})).toMatchObject({ status: 0, output: expect.stringContaining('none') })
})

test('a version or one major behind is told, and passes', () => {
  const { status, output } = check({ zod: behind('4.6.7', '4.7.0'), knip: behind('6.1.0', '7.0.0') })
  expect(status).toBe(0)
  expect(output).toContain('zod 4.6.7 → 4.7.0')
  expect(output).toContain('2 of our own dependencies behind')
})

test.each([
  ['two majors behind', behind('4.6.7', '6.0.0')],
  ['given up by its authors', behind('4.6.7', '4.6.7', true)],
])('one that is %s fails, and is named with what to do', (_, zod) => {
  const { status, output } = check({ zod })
  expect(status).toBe(2)
  expect(output).toMatch(/update --recursive --latest NAME.*: zod/)
})

test('Node stays at the version under long-term support', () => {
  expect(
    check({ node: behind('24.21.0', '26.10.0'), '@types/node': behind('24.1.0', '26.0.0') }).status,
  ).toBe(0)
})

test('where the registry cannot be asked it says so, and passes: an offline machine can run the checks', () => {
  expect(check('ERR_PNPM_META_FETCH_FAIL')).toMatchObject({
    status: 0,
    output: expect.stringContaining('could not be asked'),
  })
})
