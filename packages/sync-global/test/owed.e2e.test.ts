import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, emptySalesforce } from '@support-sync/fixtures/world'
import {
  type DataDirectory,
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { afterEach, beforeEach, expect, test } from 'vitest'

const KEY = '001000000000001AAA'
const EMAIL = 'ann@example.com'
const ANN = { id: 1, name: 'Ann', email: EMAIL, role: 'end-user' as const, organization_id: null }
const OBJECT = objectOf('global', { salesforce_id: KEY, name: 'Acme', sold_tos: [EMAIL] })

let sandbox: Sandbox
let data: DataDirectory

beforeEach(async () => {
  const { global, usgov } = buildWorld('2026-11-23')
  sandbox = await startSandbox({
    salesforce: emptySalesforce(),
    global: { ...global, organizations: [], users: [ANN] },
    usgov: { ...usgov, organizations: [], users: [] },
    overrides: '[]',
  })
  data = dataDirectory({
    'zendesk_global.json': [gatheredOrganization('global', 90)],
    'global_accounts.json': [OBJECT],
    'global_creates.json': [OBJECT],
    'global_updates.json': [],
    'global_not_in_sync.json': [],
  })
})
afterEach(() => sandbox.close())

const sync = (...options: string[]) =>
  spawnBin('sync-global', 'sync', ['--data-dir', data.path, ...options], sandbox.environment)
/** Nothing left to write, and the record of the previous run. */
async function nextRun(owed: unknown, failing: unknown = []) {
  data.put('global_creates.json', [])
  data.put('run_record.json', JSON.stringify({ gathered: {}, owed, failing: { 'sync-global': failing } }))
  return sync('--last-run', `${data.path}/run_record.json`)
}
const results = () => data.records('sync_results.json') ?? []
const warning = (code: string) => data.summary('sync-global.sync').warnings.find(one => one.code === code)
const owed = () => data.summary('sync-global.sync').owed

test('the next run associates a contact whose association failed, once', async () => {
  const down = sandbox.global.controls.fail({
    method: 'POST',
    path: /organization_memberships/,
    effect: { kind: 'answer', status: 422, body: { error: 'Odd' } },
  })
  expect((await sync()).exitCode).toBe(4)
  const id = sandbox.global.organizations.named('Acme')?.id
  expect(results()).toContainEqual(
    expect.objectContaining({ action: 'associate', key: KEY, status: 'failed' }),
  )
  expect(owed()).toMatchObject([{ action: 'associate', key: KEY, organization_id: id }])
  expect(JSON.stringify(owed())).not.toContain('@')
  const since = '2026-11-22T07:00:00.000Z'
  const failing = { action: 'associate', key: KEY, id: 1, code: 'Odd', since, runs: 1 }
  expect((await nextRun(owed(), [failing])).exitCode).toBe(4)
  expect(warning('RECORDS_FAILED')?.message).toContain('failing since 2026-11-22 07:00 UTC: one record, Odd')
  down()
  expect((await nextRun(owed())).exitCode).toBe(0)
  expect(sandbox.global.users.get(1).organization_id).toBe(id)
  expect(owed()).toEqual([])
  expect(sandbox.slack.messages).toEqual([])
})

test('Slack gets a message after all writes, or from the next run if that fails', {
  timeout: 120_000,
}, async () => {
  sandbox.global.users.put({ ...ANN, suspended: true })
  const mend = sandbox.slack.controls.fail({
    effect: { kind: 'answer', status: 429, headers: { 'retry-after': '100' } },
  })
  const started = Date.now()
  expect((await sync()).exitCode).toBe(0)
  expect(Date.now() - started).toBeLessThan(50_000)
  expect(results()).toContainEqual(
    expect.objectContaining({ action: 'associate', status: 'skipped', code: 'USER_SUSPENDED' }),
  )
  expect(results().at(-1)).toMatchObject({ action: 'notify', key: KEY, status: 'owed', code: 'SLACK_FAILED' })
  expect(owed()).toMatchObject([{ action: 'notify', key: KEY }])
  mend()
  expect((await nextRun(owed())).exitCode).toBe(0)
  expect(sandbox.slack.messages).toHaveLength(1)
  expect(owed()).toEqual([])
  expect((await nextRun(owed())).exitCode).toBe(0)
  expect(sandbox.slack.messages).toHaveLength(1)
})

test('the sync gives up what it has owed for more than a week, and says so', async () => {
  const since = new Date(Date.now() - 8 * 24 * 3600 * 1000).toISOString()
  expect((await nextRun([{ action: 'associate', key: KEY, organization_id: 5, since }])).exitCode).toBe(0)
  expect(results()).toMatchObject([{ action: 'associate', key: KEY, code: 'GIVEN_UP' }])
  expect(warning('GIVEN_UP')?.keys).toEqual([KEY])
  expect(owed()).toEqual([])
})
