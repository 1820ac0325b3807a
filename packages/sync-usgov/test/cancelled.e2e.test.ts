import { readdirSync } from 'node:fs'
import { type Effect, type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, emptySalesforce } from '@support-sync/fixtures/world'
import {
  type DataDirectory,
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
  startProgram,
} from '@support-sync/shared/runtime/bin/test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

/** A cancelled job may be killed soon after. It must end within this time, even while it waits for something. */
const PROMISED_MS = 5_000
const SYNC = 'packages/sync-usgov/bin/sync.ts'
const KEY = '001000000000001AAA'

let sandbox: Sandbox
let data: DataDirectory

beforeEach(async () => {
  const { global, usgov } = buildWorld('2026-11-23')
  sandbox = await startSandbox({
    salesforce: emptySalesforce(),
    global: { ...global, organizations: [], users: [] },
    usgov: { ...usgov, organizations: [{ id: 90, name: 'Ninety', organization_fields: {} }], users: [] },
    overrides: '[]',
  })
  data = dataDirectory({
    'zendesk_usgov.json': [gatheredOrganization('usgov', 90)],
    'usgov_creates.json': [],
    'usgov_updates.json': [],
    'usgov_not_in_sync.json': [],
  })
})
afterEach(() => sandbox.close())

/** Cancels a bin as soon as it has sent a matching request. */
async function cancelAt(bin: string, method: string, path: RegExp, effect: Effect) {
  const { controls } = sandbox.usgov
  controls.fail({ method, path, effect })
  const { kill, ended } = startProgram(bin, ['--data-dir', data.path], sandbox.environment)
  const isAsked = () => controls.requests.some(request => request.method === method && path.test(request.url))
  await vi.waitFor(() => expect(isAsked()).toBe(true), { timeout: 25_000, interval: 5 })
  const cancelled = performance.now()
  kill('SIGTERM')
  const run = await ended
  const milliseconds = performance.now() - cancelled
  controls.clearFaults()
  return { ...run, isInTime: milliseconds < PROMISED_MS }
}
const results = () => data.records('sync_results.json')?.map(({ key, code }) => [key, code])
const CANCELLED = { exitCode: 75, isInTime: true, failure: { code: 'CANCELLED' } }

const create = () => data.put('usgov_creates.json', [objectOf('usgov', { salesforce_id: KEY, name: 'New' })])
const update = () => {
  const changes = { support_hold: { from: false, to: true } }
  const object = objectOf('usgov', { salesforce_id: KEY, name: 'Ninety' })
  data.put('usgov_updates.json', [{ id: 90, ...object, changes }])
}

test('the result of a create without an answer is unknown, and the next run finds it', async () => {
  create()
  const run = await cancelAt(SYNC, 'POST', /organizations/, { kind: 'hang', carriedOut: true })
  expect(run).toMatchObject(CANCELLED)
  expect(results()).toEqual([[KEY, 'RESULT_UNKNOWN']])
  const again = await spawnBin('sync-usgov', 'sync', ['--data-dir', data.path], sandbox.environment)
  expect(again.exitCode).toBe(0)
  expect(data.records('sync_results.json')?.at(-1)).toMatchObject({ key: KEY, status: 'recognised' })
  expect(sandbox.usgov.organizations.all().map(({ name }) => name)).toEqual(['Ninety', 'New'])
})

test('the result of a job that does not end is unknown', async () => {
  update()
  const run = await cancelAt(SYNC, 'PUT', /update_many/, { kind: 'job', outcome: 'never-ends' })
  expect(run).toMatchObject(CANCELLED)
  expect(results()).toEqual([[KEY, 'RESULT_UNKNOWN']])
})

test('a job that ends soon is followed to its end', async () => {
  update()
  const run = await cancelAt(SYNC, 'PUT', /update_many/, { kind: 'latency', milliseconds: 50 })
  // It was the last write, so the cancelled run had nothing left to do.
  expect(run).toMatchObject({ exitCode: 0, isInTime: true })
  expect(data.records('sync_results.json')).toMatchObject([{ key: KEY, status: 'written' }])
})

test.each([
  ['create', 'POST', create],
  ['batch', 'PUT', update],
])(
  'a %s that must wait for a minute after a 429 is not sent, and the run ends at once',
  async (_, method, put) => {
    put()
    const busy: Effect = { kind: 'answer', status: 429, headers: { 'retry-after': '60' } }
    const run = await cancelAt(SYNC, method, /organizations/, busy)
    expect(run).toMatchObject(CANCELLED)
    expect(results()).toEqual([[KEY, 'NOT_SENT']])
  },
)

test('a gather stops at once, and leaves only its summary', async () => {
  const run = await cancelAt('packages/orgs/bin/gather_us_government.ts', 'GET', /organizations/, {
    kind: 'hang',
  })
  expect(run).toMatchObject(CANCELLED)
  expect(data.has('zendesk_usgov.json')).toBe(false)
  expect(readdirSync(data.path).filter(name => name.endsWith('.part'))).toEqual([])
  expect(data.summary('orgs.gather_us_government')).toMatchObject({
    exit_code: 75,
    error: { code: 'CANCELLED' },
  })
})
