import {
  type Fault,
  PASSING_REFUSALS,
  type SandboxOptions,
  startSandbox,
} from '@support-sync/fixtures/sandbox'
import { smallWorld } from '@support-sync/fixtures/world'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { expect, onTestFinished, test } from 'vitest'

/** Salesforce's refusals. Whether one is transient follows from its code, not from its status. */

const OUTPUT = 'salesforce_accounts.json'
const TODAY = '2026-11-23'

/** Runs the gather against its own sandbox, with this fault. */
async function gather(options: SandboxOptions['salesforce'] = {}, fault?: Fault) {
  const sandbox = await startSandbox(smallWorld(TODAY), { salesforce: options })
  onTestFinished(() => sandbox.close())
  if (fault) sandbox.salesforce.controls.fail(fault)
  const data = dataDirectory()
  const args = ['--data-dir', data.path, '--today', TODAY]
  return { ...(await spawnBin('accounts', 'gather', args, sandbox.environment)), data }
}

const PASSING: Fault[] = [
  ...PASSING_REFUSALS.query.map(effect => ({ method: 'GET', path: /\/query\?/, times: 1, effect })),
  ...PASSING_REFUSALS.login.map(effect => ({ method: 'POST', path: /\/token/, times: 1, effect })),
]

test.each(PASSING)('a gather continues after $effect.body', async fault => {
  const { exitCode, failure, data } = await gather({}, fault)
  expect({ exitCode, failure: failure.message }).toEqual({ exitCode: 0, failure: '' })
  expect(data.summary('accounts.gather')).toMatchObject({ retries: 1 })
})

test('the error names a retired version of the API, and the file that sets it', async () => {
  const { exitCode, failure, data } = await gather({ oldestVersion: 65 })
  expect(exitCode).toBe(2)
  expect(failure.code).toBe('API_VERSION_RETIRED')
  expect(failure.message).toMatch(/version 62\.0/)
  expect(failure.next).toContain('shared/services/salesforce/api-version.ts')
  expect(data.has(OUTPUT)).toBe(false)
})

test('the daily request limit, reached in the middle of a read, has its own error', async () => {
  const { exitCode, failure, data } = await gather({ dailyRequests: 1, pages: { rows: 5, childRows: 5 } })
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'REQUEST_LIMIT' })
  expect(failure.next).toContain('24 hours')
  expect(data.has(OUTPUT)).toBe(false)
})
