import { join } from 'node:path'
import { dataDirectory, runProgram } from '@support-sync/shared/runtime/bin/test'
import { expect, test } from 'vitest'

/** `history` and `diff`, run from outside. */

const ID = '001000000000abAAAQ'
const OTHER = '001000000000acAAAQ'
const object = (salesforce_id: string, name: string, support_level: string) => ({
  salesforce_id,
  name,
  support_level,
})
const HOURS = [
  '2026-11-23T10-00-00.000Z',
  '2026-11-23T11-00-00.000Z',
  '2026-11-23T12-00-00.000Z',
  '2026-11-23T13-00-00.000Z',
]
const [first = '', second = '', third = '', fourth = ''] = HOURS

/** One account gets a higher level in the third hour, and has no object in the fourth. Another appears in the third. */
function runs(): string {
  const file = (run: string) => `${run}/processor/global_accounts.json`
  return dataDirectory({
    [file(first)]: [object(ID, 'Acme', 'premium')],
    [file(second)]: [object(ID, 'Acme', 'premium')],
    [file(third)]: [object(ID, 'Acme', 'ultimate'), object(OTHER, 'Other', 'gold')],
    [file(fourth)]: [object(OTHER, 'Other', 'gold')],
  }).path
}

test('history sorts runs by their start, not by name', async () => {
  const hour = (run: string, started_at: string, level: string) => ({
    [`${run}/run_record.json`]: JSON.stringify({ started_at }),
    [`${run}/processor/global_accounts.json`]: [object(ID, 'Acme', level)],
  })
  const { path } = dataDirectory({
    ...hour('hour-10', '2026-11-23T12:00:00.000Z', 'gold'),
    ...hour('hour-9', '2026-11-23T11:00:00.000Z', 'ultimate'),
    ...hour('500', '2026-11-23T10:00:00.000Z', 'premium'),
  })
  const { stdout } = await runProgram('cli/main.ts', ['history', ID, '--runs', path, '--json'])
  expect(JSON.parse(stdout).map(({ run }: { run: string }) => run)).toEqual(['500', 'hour-9', 'hour-10'])
})

test.each([ID, ID.slice(0, 15), 'acme'])(
  'history %s has a line for each run in which something changed',
  async query => {
    const { exitCode, stdout } = await runProgram('cli/main.ts', [
      'history',
      query,
      '--runs',
      runs(),
      '--json',
    ])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual([
      { run: first, instance: 'global', change: 'appeared: support_level "premium"' },
      { run: third, instance: 'global', change: 'support_level "premium" → "ultimate"' },
      { run: fourth, instance: 'global', change: 'disappeared' },
    ])
  },
)

test('history of an unknown account exits with 2', async () => {
  const { exitCode, stderr } = await runProgram('cli/main.ts', ['history', 'Nobody', '--runs', runs()])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('NOT_FOUND: there is no account Nobody in 4 runs')
})

test('diff lists the accounts that appeared, disappeared or changed, or says that no account differs', async () => {
  const path = runs()
  const diff = (one: string, other: string) =>
    runProgram('cli/main.ts', ['diff', join(path, one), join(path, other)])
  expect((await diff(second, third)).stdout).toMatch(
    /changed +\S+ +Acme +support_level "premium" → "ultimate"\n.* appeared +\S+ +Other\n/,
  )
  expect((await diff(second, third)).stdout).toMatch(/ → .*: 1 appeared, 0 disappeared, 1 changed\n/)
  expect((await diff(third, fourth)).stdout).toMatch(/ disappeared +\S+ +Acme\n$/)
  expect((await diff(first, second)).stdout).toMatch(/^No account differs between /)
})

test('diff refuses a run without decisions: all accounts would seem to have disappeared', async () => {
  const path = runs()
  const { exitCode, stderr } = await runProgram('cli/main.ts', ['diff', join(path, first), path])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(
    /^ARTIFACT_MISSING: run \S+ has no decisions: global_accounts.json and usgov_accounts.json/,
  )
})
