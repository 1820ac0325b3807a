import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, emptySalesforce } from '@support-sync/fixtures/world'
import { resultSchema, settledResults } from '@support-sync/shared/domain'
import {
  type DataDirectory,
  dataDirectory,
  spawnBin,
  startProgram,
} from '@support-sync/shared/runtime/bin/test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

let sandbox: Sandbox
let data: DataDirectory

/** A user of Zendesk, in organization 1. */
function user(id: number, other_emails: string[] = []) {
  const role = 'end-user' as const
  return { id, name: `User ${id}`, email: `${id}@example.com`, other_emails, role, organization_id: 1 }
}
/** The same user as gathered. */
function gathered(id: number) {
  const { other_emails, ...attributes } = user(id)
  return { ...attributes, not_in_sfdc: false }
}
/** A contact of organization 2. */
function contact(name: string) {
  return {
    name,
    email: `${name.toLowerCase()}@example.com`,
    organization_id: 2,
    not_in_sfdc: false,
  }
}

beforeEach(async () => {
  const { global, usgov } = buildWorld('2026-11-23')
  sandbox = await startSandbox({
    salesforce: emptySalesforce(),
    global: { ...global, organizations: [], users: [] },
    usgov: {
      ...usgov,
      organizations: [1, 2].map(id => ({ id, name: `Organization ${id}`, organization_fields: {} })),
      users: [user(7, ['ann@example.com', 'bea@example.com']), user(8)],
    },
    overrides: '[]',
  })
  data = dataDirectory({
    'zendesk_users.json': [gathered(7), gathered(8)],
    'creates.json': [],
    'updates.json': [],
    'not_in_sync.json': [],
  })
})
afterEach(() => sandbox.close())

function sync() {
  return spawnBin('usgov-user-sync', 'sync', ['--data-dir', data.path], sandbox.environment)
}
const SYNC = 'packages/usgov-user-sync/bin/sync.ts'

/** Runs the sync and cancels it during a write that gets no answer. Returns the exit code. */
async function syncCancelledAt(method: 'POST' | 'PUT'): Promise<number | null> {
  const { controls } = sandbox.usgov
  const mend = controls.fail({ method, path: /\/users/, effect: { kind: 'hang', carriedOut: true } })
  const { kill, ended } = startProgram(SYNC, ['--data-dir', data.path], sandbox.environment)
  const isSent = () => controls.writes.some(write => write.method === method)
  await vi.waitFor(() => expect(isSent()).toBe(true), { timeout: 25_000, interval: 5 })
  kill('SIGTERM')
  const { exitCode } = await ended
  mend()
  return exitCode
}

/** The final result of each write in all runs of the plan. */
function finalResults(): string[] {
  const settled = settledResults(resultSchema.array().parse(data.records('sync_results.json')))
  return settled.map(({ action, key, id, status }) => `${action} ${key}: ${status}, ${id}`)
}
/** Zendesk's search index is late, and the search finds no user. */
const NOT_SHOWN = {
  method: 'GET',
  path: /users\/search/,
  effect: { kind: 'edit', at: 'users', to: [] },
} as const

test('a create that got no answer in an interrupted run has one result: what the next run found', async () => {
  data.put('creates.json', [contact('Cora')])
  expect(await syncCancelledAt('POST')).toBe(75)
  expect(finalResults()).toEqual(['create creates.json record 1: failed, null'])
  expect((await sync()).exitCode).toBe(0)
  const { id } = sandbox.usgov.users.withEmail('cora@example.com') ?? {}
  expect(finalResults()).toEqual([`create creates.json record 1: recognised, ${id}`])
})

test('a create whose address is a secondary one also has one result, in addition to the update of its user', async () => {
  data.put('creates.json', [contact('Ann')])
  data.put('not_in_sync.json', [gathered(7)])
  const showAgain = sandbox.usgov.controls.fail(NOT_SHOWN)
  expect(await syncCancelledAt('POST')).toBe(75)
  showAgain()
  expect(finalResults()).toEqual(['create creates.json record 1: failed, null'])
  expect((await sync()).exitCode).toBe(0)
  expect(finalResults()).toEqual([
    'create creates.json record 1: skipped, 7',
    'update 7: written, 7',
    'mark 7: skipped, 7',
  ])
})

test('two contacts with two secondary addresses of one user do not overwrite the user in turn', async () => {
  data.put('creates.json', [contact('Ann'), contact('Bea')])
  data.put('not_in_sync.json', [gathered(7)])
  const { controls, users } = sandbox.usgov
  // Bea's answer comes before Ann's.
  controls.fail({ path: /search.*ann/, times: 1, effect: { kind: 'latency', milliseconds: 300 } })
  expect((await sync()).exitCode).toBe(0)
  expect(users.get(7)).toMatchObject({ name: 'Ann', organization_id: 2 })
  expect(finalResults()).toContain('create creates.json record 2: skipped, 7')
  expect(controls.writes).toHaveLength(1)
  // The next hour's plan is the same: only Zendesk knows secondary addresses.
  expect((await sync()).exitCode).toBe(0)
  expect(users.get(7)).toMatchObject({ name: 'Ann', organization_id: 2 })
  expect(controls.writes).toHaveLength(1)
})

test('while the search does not show the owner of a contact’s address, that user is not marked, but others are', async () => {
  data.put('creates.json', [contact('Ann')])
  data.put('not_in_sync.json', [gathered(7), gathered(8)])
  const { controls, users } = sandbox.usgov
  const marked = () => [7, 8].map(id => users.get(id).user_fields.not_in_sfdc === true)
  const showAgain = controls.fail(NOT_SHOWN)
  expect((await sync()).exitCode).toBe(4)
  expect(finalResults()).toEqual([
    'create creates.json record 1: failed, null',
    'mark 7: skipped, 7',
    'mark 8: written, 8',
  ])
  expect(data.summary('usgov-user-sync.sync').warnings).toMatchObject([
    // These artifacts are handmade.
    { code: 'NO_STAMP' },
    { code: 'OWNER_NOT_SHOWN', keys: ['creates.json record 1'] },
    { code: 'RECORDS_FAILED' },
  ])
  expect(marked()).toEqual([false, true])

  showAgain()
  expect((await sync()).exitCode).toBe(0)
  expect(users.get(7)).toMatchObject({ name: 'Ann', organization_id: 2 })
  expect(marked()).toEqual([false, true])
})

test('a run that resumes an interrupted one tries a create with a secondary address again, and does not mark its user', async () => {
  const target = { name: 'Eve', email: '8@example.com', organization_id: 1, not_in_sfdc: false }
  data.put('creates.json', [contact('Ann')])
  data.put('updates.json', [{ id: 8, ...target, changes: { name: { from: 'User 8', to: 'Eve' } } }])
  data.put('not_in_sync.json', [gathered(7)])
  const { controls, users } = sandbox.usgov
  const showAgain = controls.fail(NOT_SHOWN)
  expect(await syncCancelledAt('PUT')).toBe(75)
  expect((await sync()).exitCode).toBe(4)
  expect(finalResults()).toEqual([
    'create creates.json record 1: failed, null',
    'update 8: written, 8',
    'mark 7: skipped, 7',
  ])
  showAgain()
  expect(users.get(7)).toMatchObject({ name: 'User 7', user_fields: { not_in_sfdc: null } })
})
