import { type Sandbox, type SandboxOptions, startSandbox } from '@support-sync/fixtures/sandbox'
import { emptySalesforce, smallWorld } from '@support-sync/fixtures/world'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { afterEach, describe, expect, test } from 'vitest'

/** Unusual but valid answers of Zendesk, tested with the gather. */

const organization = (id: number) => ({ id, name: `Organization ${id}`, organization_fields: {} })
const ORGANIZATIONS = Array.from({ length: 7 }, (_, index) => organization(index + 1))

let sandbox: Sandbox
afterEach(() => sandbox.close())

async function start(zendesk: SandboxOptions['zendesk'] = {}): Promise<void> {
  const world = smallWorld('2026-11-23')
  const salesforce = emptySalesforce()
  const global = { ...world.global, organizations: ORGANIZATIONS }
  sandbox = await startSandbox({ ...world, salesforce, global }, { zendesk: { maxPageSize: 3, ...zendesk } })
}

async function gather() {
  const data = dataDirectory()
  const args = ['--data-dir', data.path]
  const run = await spawnBin('orgs', 'gather_global', args, sandbox.environment)
  return { ...run, ids: data.records('zendesk_global.json')?.map(({ id }) => id) }
}

test('page links to another host are followed on the configured host', async () => {
  await start({ linkOrigin: 'https://support.example.com' })
  const { exitCode, ids } = await gather()
  expect(exitCode).toBe(0)
  expect(ids).toEqual(ORGANIZATIONS.map(({ id }) => id))
})

describe('a count that differs from the number of records', () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

  test.each([
    ['a day old', 700, minutesAgo(24 * 60)],
    ['half an hour old', 700, minutesAgo(30)],
    ['not taken yet', 100_000, null],
  ])('is not compared with the list if it is %s', async (_, value, refreshed_at) => {
    await start()
    sandbox.global.counted.organizations = { value, refreshed_at }
    const { exitCode, ids } = await gather()
    expect(exitCode).toBe(0)
    expect(ids).toHaveLength(7)
  })

  test.each([
    ['a minute old', minutesAgo(1)],
    ['without a time, below 100,000', null],
  ])('stops the gather if it is %s', async (_, refreshed_at) => {
    await start()
    sandbox.global.counted.organizations = { value: 700, refreshed_at }
    const { exitCode, failure, ids } = await gather()
    expect(exitCode).toBe(75)
    expect(failure.code).toBe('INCOMPLETE_READ')
    expect(ids).toBeUndefined()
  })
})

test('if the limit of one endpoint is used up, the gather waits as its header says', async () => {
  const name = 'organizations-index'
  await start({ endpointLimits: { 'GET /api/v2/organizations': { name, requests: 1, every: 1000 } } })
  const { exitCode, ids } = await gather()
  expect(exitCode).toBe(0)
  expect(ids).toHaveLength(7)
  // Three pages, and no request was refused.
  const statuses = sandbox.global.controls.requests.map(({ call, status }) => `${call} ${status}`)
  expect(statuses.filter(line => line.startsWith('GET /api/v2/organizations '))).toEqual(
    Array(3).fill('GET /api/v2/organizations 200'),
  )
})

describe('a redirect', () => {
  async function redirectedTo(location: string) {
    await start()
    sandbox.global.controls.fail({ effect: { kind: 'answer', status: 302, headers: { location } } })
    const { exitCode, failure } = await gather()
    expect(exitCode).toBe(2)
    return failure
  }

  test.each([
    'https://www.zendesk.com/',
    'https://www.zendesk.com/app/closed?x=1',
    'https://www.zendesk.co.uk/',
  ])('to the vendor’s own site means that the account is closed: %s', async location => {
    const { code, message, next } = await redirectedTo(location)
    expect(code).toBe('ACCOUNT_CLOSED')
    expect(message).toContain('127.0.0.1')
    expect(next).toMatch(/ZENDESK_GLOBAL_URL.*closed or suspended/)
  })

  test.each([
    'https://new-name.zendesk.com/api/v2/x',
    'https://support.example.com/',
    'https://www.zendesk.com.evil.example/',
  ])('to another address gives the hint to set the final one: %s', async location => {
    const { code, next } = await redirectedTo(location)
    expect(code).toBe('REDIRECTED')
    expect(next).toContain('Set the final address')
  })
})
