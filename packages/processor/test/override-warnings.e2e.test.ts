import { account, dataDirectory, gatheredOrganization, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { expect, test } from 'vitest'

const ONE = '001000000000001AAA'
const TWO = '001000000000002AAA'
const THREE = '001000000000003AAA'
const today = '2026-11-23'

async function processor(overrides: unknown[], lastRun: object = {}) {
  const data = dataDirectory({
    'salesforce_accounts.json': [account(ONE), account(TWO), account(THREE)],
    'zendesk_global.json': [gatheredOrganization('global', 1)],
    'zendesk_usgov.json': [gatheredOrganization('usgov', 1)],
    'overrides.yml': JSON.stringify(overrides),
    'run_record.json': JSON.stringify({ gathered: {}, ...lastRun }),
  })
  const args = ['--data-dir', data.path, '--today', today, '--overrides', `${data.path}/overrides.yml`]
  const { exitCode } = await spawnBin('processor', 'processor', [
    ...args,
    '--last-run',
    `${data.path}/run_record.json`,
  ])
  const { warnings, overrides: inEffect } = data.summary('processor.processor')
  const keysOf = (code: string) => warnings.find(one => one.code === code)?.keys ?? []
  return { exitCode, keysOf, inEffect }
}

test('an override that ends within 14 days is a warning; one that has ended is no longer in effect', async () => {
  const { exitCode, keysOf, inEffect } = await processor([
    { salesforce_id: ONE, seats: 1, expiration_date: '2026-12-07' },
    { salesforce_id: TWO, seats: 1, expiration_date: '2026-12-08' },
    { salesforce_id: THREE, seats: 1, expiration_date: '2026-11-22' },
  ])
  expect(exitCode).toBe(0)
  expect(keysOf('OVERRIDE_ENDS_SOON')).toEqual([ONE])
  expect(inEffect).toEqual([ONE, TWO])
})

test('an override of the previous run that is no longer in the file is a warning, with either form of its id', async () => {
  const last = { overrides: [ONE, TWO, THREE] }
  const { exitCode, keysOf } = await processor([{ salesforce_id: ONE.slice(0, 15), seats: 1 }], last)
  expect(exitCode).toBe(0)
  expect(keysOf('OVERRIDE_GONE')).toEqual([TWO, THREE])
})

test('without a record of the previous run, no override is gone', async () => {
  const { keysOf } = await processor([])
  expect(keysOf('OVERRIDE_GONE')).toEqual([])
})
