import { generateKeyPairSync } from 'node:crypto'
import {
  SALESFORCE_CLIENT_ID,
  SALESFORCE_USERNAME,
  type Sandbox,
  salesforceKeyPair,
  startSandbox,
} from '@support-sync/fixtures/sandbox'
import { smallWorld } from '@support-sync/fixtures/world'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

/** Problems of the machine that a gather runs on: a wrong clock, a wrong key, disabled certificate checks. */

const OUTPUT = 'salesforce_accounts.json'
const MINUTE = 60_000
let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox(smallWorld('2026-11-23'))
})
beforeEach(() => sandbox.salesforce.controls.setClock(0))
afterAll(() => sandbox.close())

async function gather(given: Record<string, string | undefined> = {}, args: string[] = []) {
  const data = dataDirectory()
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...sandbox.environment, ...given }))
    if (value !== undefined) environment[name] = value
  return { ...(await spawnBin('accounts', 'gather', ['--data-dir', data.path, ...args], environment)), data }
}

function signedBy(privateKey: string): Record<string, string | undefined> {
  const file = dataDirectory().put('sync.key', privateKey)
  return {
    SALESFORCE_CLIENT_ID,
    SALESFORCE_CLIENT_SECRET: undefined,
    SALESFORCE_USERNAME,
    SALESFORCE_PRIVATE_KEY_FILE: file,
  }
}

test('a clock 90 days ahead of Salesforce stops the gather, even with --today', async () => {
  sandbox.salesforce.controls.setClock(-90 * 24 * 60 * MINUTE)
  for (const args of [[], ['--today', '2026-11-23']]) {
    const { exitCode, failure, data } = await gather({}, args)
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'CLOCK_OFF' })
    expect(failure.message).toMatch(/clock says 20\S+Z, and Salesforce says 20\S+Z/)
    expect(data.has(OUTPUT)).toBe(false)
  }
})

test('a clock 5 minutes behind is an error only if Salesforce refuses a signed login because of it', async () => {
  sandbox.salesforce.controls.setClock(5 * MINUTE)
  const { privateKey } = salesforceKeyPair()
  const { exitCode, failure } = await gather(signedBy(privateKey))
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'LOGIN_REFUSED' })
  expect(failure.message).toContain("this machine's clock is 5 minutes behind")
  expect((await gather()).exitCode).toBe(0)
})

test('an RSA key signs the login; the error about another key names its kind', async () => {
  expect((await gather(signedBy(salesforceKeyPair().privateKey))).exitCode).toBe(0)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { exitCode, failure } = await gather(
    signedBy(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
  )
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'PRIVATE_KEY_INVALID' })
  expect(failure.message).toContain('kind ec')
})

test('without certificate verification requests go only to this machine', async () => {
  const NODE_TLS_REJECT_UNAUTHORIZED = '0'
  expect((await gather({ NODE_TLS_REJECT_UNAUTHORIZED })).exitCode).toBe(0)
  const elsewhere = { NODE_TLS_REJECT_UNAUTHORIZED, SALESFORCE_LOGIN_URL: 'https://salesforce.invalid' }
  const { exitCode, failure, data } = await gather(elsewhere)
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'TLS_NOT_VERIFIED' })
  expect(data.summary('accounts.gather')).toMatchObject({ requests: 0 })
})

test('another spelling of a deciding value counts as that value, with a warning', async () => {
  const { Account: rows } = sandbox.salesforce.tables
  const [one, two, three, four] = rows.filter(({ Type }) => Type === 'Customer')
  if (!one || !two || !three || !four) throw new Error('the world has too few customers')
  const before = structuredClone([one, two, three, four])
  Object.assign(one, {
    Support_Instance__c: 'federal-support ',
    Account_Risk_Level__c: ' At Risk - Escalated',
  })
  Object.assign(two, { Support_Instance__c: 'Federal Support', Account_Demographics_Geo__c: 'EMEA ' })
  Object.assign(three, { Support_Instance__c: 'Federal Support', Restricted_Account__c: 'restricted_party' })
  Object.assign(four, { Support_Instance__c: 'commercial-support', Restricted_Account__c: 'Not Restricted' })
  const { exitCode, data } = await gather()
  ;[one, two, three, four].forEach((row, index) => void Object.assign(row, before[index]))
  expect(exitCode).toBe(0)
  const accounts = new Map(data.records(OUTPUT)?.map(account => [account.salesforce_id, account]))
  expect(accounts.get(one.Account_ID_18__c)).toMatchObject({ exception: true, escalated: true })
  expect(accounts.get(two.Account_ID_18__c)).toMatchObject({ exception: true, region: 'EMEA' })
  expect(accounts.get(three.Account_ID_18__c)).toMatchObject({ exception: true, restricted: true })
  expect(accounts.get(four.Account_ID_18__c)).toMatchObject({ exception: false, restricted: false })
  expect(data.summary('accounts.gather')).toMatchObject({
    warnings: [
      {
        code: 'VALUE_UNFAMILIAR',
        message: expect.stringMatching(/^2 accounts have Support_Instance__c "Federal Support"/),
        keys: [two.Account_ID_18__c, three.Account_ID_18__c],
      },
      { code: 'VALUE_UNFAMILIAR', message: expect.stringMatching(/^1 account has Restricted_Account__c/) },
    ],
  })
})
