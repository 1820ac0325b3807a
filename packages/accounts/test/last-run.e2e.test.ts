import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld } from '@support-sync/fixtures/world'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** A Salesforce that returns half of its accounts, with a matching total. */

const OUTPUT = 'salesforce_accounts.json'
let sandbox: Sandbox
let all: number

beforeAll(async () => {
  sandbox = await startSandbox(buildWorld('2026-11-23'))
  const data = dataDirectory()
  await spawnBin('accounts', 'gather', ['--data-dir', data.path], sandbox.environment)
  all = data.records(OUTPUT)?.length ?? 0
  const { Account: accounts } = sandbox.salesforce.tables
  accounts.splice(0, Math.ceil(accounts.length / 2))
})
afterAll(() => sandbox.close())

async function gather(args: readonly string[], environment: Record<string, string> = {}) {
  const data = dataDirectory()
  const lastRun = data.put(
    'run_record.json',
    JSON.stringify({ gathered: { 'accounts.gather': { run_id: '41', counts: { accounts: all } } } }),
  )
  const run = await spawnBin(
    'accounts',
    'gather',
    ['--data-dir', data.path, ...args, '--last-run', lastRun],
    {
      ...sandbox.environment,
      ...environment,
    },
  )
  return { ...run, data }
}

test('a gather with half as many records as the last run ends with 3, leaves no artifact and says how to continue', async () => {
  const { exitCode, failure, data } = await gather([])
  const half = /to (\d+)/.exec(failure.message)?.[1]
  expect(exitCode).toBe(3)
  expect(failure.code).toBe('GATHER_SHRANK')
  expect(failure.message).toMatch(
    new RegExp(`^accounts fell from ${all} to \\d+ since run 41; the limit is 80 %`),
  )
  expect(failure.next).toContain(
    `run-stage accounts gather --data-dir ${data.path} --allow-mass-change accounts:gathered=${half}, or in`,
  )
  expect(failure.next).toContain(
    `in CI set the input allow_mass_change (variable ALLOW_MASS_CHANGE) to accounts:gathered=${half}`,
  )
  expect(data.has(OUTPUT)).toBe(false)
  expect(data.summary('accounts.gather')).toMatchObject({ exit_code: 3, error: { code: 'GATHER_SHRANK' } })
})

test.each([
  ['the option', ['--allow-mass-change', 'accounts:gathered=1'], {}],
  ['the variable', [], { ALLOW_MASS_CHANGE: 'accounts:gathered=1' }],
])('%s allows it', async (_, args, environment) => {
  const { exitCode, data } = await gather(args, environment)
  expect(exitCode).toBe(0)
  expect(data.has(OUTPUT)).toBe(true)
})

test('a file that is not a run record stops the gather before its first request', async () => {
  const data = dataDirectory()
  const before = sandbox.salesforce.controls.requests.length
  const path = data.put('run_record.json', '{"gathered":[]}')
  const { exitCode, failure } = await spawnBin(
    'accounts',
    'gather',
    ['--data-dir', data.path, '--last-run', path],
    sandbox.environment,
  )
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'LAST_RUN_INVALID' })
  expect(sandbox.salesforce.controls.requests.length).toBe(before)
})

test('a gather without a last run compares with nothing', async () => {
  const data = dataDirectory()
  const { exitCode } = await spawnBin('accounts', 'gather', ['--data-dir', data.path], sandbox.environment)
  expect(exitCode).toBe(0)
})
