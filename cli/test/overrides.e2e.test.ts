import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataDirectory, runProgram } from '@support-sync/shared/runtime/bin/test'
import { describe, expect, test } from 'vitest'

/** `overrides check` and `overrides try`, run from outside on the fixtures' run. */

const RUN = ['--run', 'fixtures/artifacts']
const USED = 'fixtures/artifacts/processor/overrides.yml'
const HARBOUR = '001Ab00000F2mKdIAJ'
const overrides = (...args: string[]) => runProgram('cli/main.ts', ['overrides', ...args, ...RUN])

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

async function checked(yaml: string) {
  const { path } = dataDirectory({ 'mine.yml': yaml })
  const { exitCode, stdout } = await overrides('check', join(path, 'mine.yml'), '--json')
  return { exitCode, findings: JSON.parse(stdout) }
}

describe.concurrent('overrides check', () => {
  test('lists every mistake of every entry, and exits with 2', async () => {
    const { exitCode, findings } = await checked(
      `- { salesforce_id: ${HARBOUR}, seat: 5, support_level: platin }\n- { ${HARBOUR}: { seats: 5 } }\n- { salesforce_id: ${HARBOUR}, seats: 1 }\n- { salesforce_id: ${HARBOUR.slice(0, 15)}, seats: 2 }\n`,
    )
    expect(exitCode).toBe(2)
    expect(findings).toEqual([
      expect.objectContaining({
        state: 'problem',
        entry: `entry 1 (${HARBOUR})`,
        message: expect.stringContaining('support_level'),
      }),
      expect.objectContaining({ state: 'problem', message: 'has the unknown key seat: did you mean seats?' }),
      expect.objectContaining({
        entry: 'entry 2',
        message: expect.stringContaining(`keyed by ${HARBOUR}, as in the previous system`),
      }),
      expect.objectContaining({
        entry: 'entry 4 (001Ab00000F2mKd)',
        message: expect.stringContaining('listed twice'),
      }),
    ])
  })

  test.each([
    ['matches no account', '001000000000zzz', 400, 'matches no account of run fixtures/artifacts'],
    ['ends within 14 days', HARBOUR, 14, 'ends soon, on '],
    ['has ended', HARBOUR, -1, 'ended on '],
  ])('warns about an entry that %s, and exits with 0', async (_, id, days, message) => {
    const { exitCode, findings } = await checked(
      `- { salesforce_id: ${id}, expiration_date: ${inDays(days)} }`,
    )
    expect(exitCode).toBe(0)
    expect(findings).toEqual([
      { state: 'warning', entry: `entry 1 (${id})`, message: expect.stringContaining(message) },
    ])
  })

  test('reads a hash by salesforce_id as entries to correct, and reports a file without findings as valid', async () => {
    const hash = await checked(`${HARBOUR}: { seats: 5 }`)
    expect([hash.exitCode, hash.findings.length]).toEqual([2, 1])
    const good = await checked(`- { salesforce_id: ${HARBOUR}, expiration_date: ${inDays(15)} }`)
    expect(good).toMatchObject({ exitCode: 0, findings: [{ state: 'ok' }] })
  })
})

describe.concurrent('overrides try', () => {
  test('adds one entry to those in use, and one account changes', async () => {
    const entry = `{ salesforce_id: ${HARBOUR}, seats: 4711 }`
    const { exitCode, stdout } = await overrides('try', entry, '--json')
    expect(exitCode).toBe(0)
    const { instances } = JSON.parse(stdout)
    expect(instances.global.changes).toMatchObject([
      { salesforce_id: HARBOUR, changes: { seats_decimal: { to: 4711 } } },
    ])
    expect(instances.usgov.changes).toEqual([])
    expect(readFileSync(USED, 'utf8')).not.toContain('4711')
  })

  test('refuses an entry that the processor would refuse', async () => {
    const { exitCode, stderr } = await overrides('try', `{ salesforce_id: ${HARBOUR}, seets: 1 }`)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('OVERRIDES_INVALID: ')
    expect(stderr).toContain('has the unknown key seets: did you mean seats?')
  })

  test('warns about an entry that matches no account', async () => {
    const { exitCode, stdout, stderr } = await overrides(
      'try',
      '{ salesforce_id: 001000000000zzz, seats: 1 }',
    )
    expect(exitCode).toBe(0)
    expect(stderr).toContain('matches no account of run fixtures/artifacts')
    expect(stdout).toContain('no change')
  })

  test.each([
    ['[]', 0],
    [`[{ salesforce_id: ${HARBOUR}, seats: 1 }, { salesforce_id: 001000000000zzz, seats: 2 }]`, 2],
  ])('refuses %s, which is not one entry', async (text, count) => {
    const { exitCode, stderr } = await overrides('try', text)
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining(`USAGE: try takes one entry, found ${count}`),
    })
  })
})

test('impact --overrides warns that the file replaces all overrides, and shows how to try one entry', async () => {
  const { path } = dataDirectory({ 'one.yml': `- { salesforce_id: ${HARBOUR}, seats: 4711 }` })
  const { stdout } = await runProgram('cli/impact.ts', [...RUN, '--overrides', join(path, 'one.yml')])
  expect(stdout).toMatch(
    /The file replaces all overrides in use: it has 1 entry, and \d+ of those in use are missing\./,
  )
  expect(stdout).toContain('./support-sync overrides try')
})
