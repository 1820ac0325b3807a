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

const BIN = 'packages/sync-usgov/bin/sync.ts'
const CREATE = { method: 'POST', path: /\/organizations/ }
const JOURNAL = 'sync_results.journal.jsonl'

/** More creates than run in parallel. */
const COMPANIES = Array.from({ length: 30 }, (_, index) => index + 1)

function idOf(n: number): string {
  return `001${String(n).padStart(12, '0')}AAA`
}

let sandbox: Sandbox
let data: DataDirectory

function start(zendesk: { createMs?: number } = {}): Promise<Sandbox> {
  const { global, usgov } = buildWorld('2026-11-23')
  const world = {
    salesforce: emptySalesforce(),
    global: { ...global, organizations: [], users: [] },
    usgov: { ...usgov, organizations: [], users: [] },
    overrides: '[]',
  }
  return startSandbox(world, { zendesk })
}

beforeEach(async () => {
  sandbox = await start()
  data = dataDirectory({
    // Enough organizations for 30 creates to pass the guard.
    'zendesk_usgov.json': Array.from({ length: 200 }, (_, index) =>
      gatheredOrganization('usgov', 90 + index),
    ),
    'usgov_creates.json': COMPANIES.map(n =>
      objectOf('usgov', { salesforce_id: idOf(n), name: `Company ${n}` }),
    ),
    'usgov_updates.json': [],
    'usgov_not_in_sync.json': [],
  })
})
afterEach(() => sandbox.close())

/** Starts the sync and stops it while creates are in flight. Zendesk still carries them out. */
async function stopAmongCreates(inFlight: number, signal: NodeJS.Signals, effect: Effect) {
  const mend = sandbox.usgov.controls.fail({ ...CREATE, from: 2, effect })
  const { kill, ended } = startProgram(BIN, ['--data-dir', data.path], sandbox.environment)
  await vi.waitFor(() => expect(creates()).toBeGreaterThan(inFlight), { timeout: 20_000, interval: 5 })
  kill(signal)
  const run = await ended
  mend()
  return run
}

function creates(): number {
  const { requests } = sandbox.usgov.controls
  return requests.filter(({ method, url }) => method === CREATE.method && CREATE.path.test(url)).length
}
function names(): string[] {
  return sandbox.usgov.organizations.table.all().map(({ name }) => name)
}
function results() {
  const results = data.records('sync_results.json') ?? []
  return results.map(({ key, status }) => `${key} ${status}`).sort()
}
function every(companies: readonly number[], status: string): string[] {
  return companies.map(n => `${idOf(n)} ${status}`)
}
const runAgain = () => spawnBin('sync-usgov', 'sync', ['--data-dir', data.path], sandbox.environment)
const ALL_ONCE = COMPANIES.map(n => `Company ${n}`).sort()

test('a cancelled job finishes its writes, reports them, and ends with 75; the next run continues', async () => {
  const stopped = await stopAmongCreates(2, 'SIGTERM', { kind: 'latency', milliseconds: 80 })
  expect({ exitCode: stopped.exitCode, code: stopped.failure.code }).toEqual({
    exitCode: 75,
    code: 'CANCELLED',
  })
  const written = COMPANIES.filter(n => names().includes(`Company ${n}`))
  expect(written.length).toBeLessThan(COMPANIES.length)
  expect(results()).toEqual(every(written, 'written'))
  expect(data.summary('sync-usgov.sync').exit_code).toBe(75)
  expect((await runAgain()).exitCode).toBe(0)
  expect(names().sort()).toEqual(ALL_ONCE)
})

test('after a crash the next run reports every write, recognises what was written, and duplicates nothing', async () => {
  const { exitCode } = await stopAmongCreates(8, 'SIGKILL', { kind: 'hang', carriedOut: true })
  expect(exitCode).toBeNull()
  expect({ journal: data.has(JOURNAL), results: data.has('sync_results.json') }).toEqual({
    journal: true,
    results: false,
  })
  const [hung, rest] = [COMPANIES.slice(1, 9), COMPANIES.slice(9)]
  expect(names().sort()).toEqual([1, ...hung].map(n => `Company ${n}`).sort())
  expect((await runAgain()).exitCode).toBe(0)
  expect(results()).toEqual(
    [...every([1], 'written'), ...every([1, ...hung], 'recognised'), ...every(rest, 'written')].sort(),
  )
  expect(names().sort()).toEqual(ALL_ONCE)
  expect(data.has(JOURNAL)).toBe(false)
})

test('a create that Zendesk is still working on after a crash is not sent a second time', async () => {
  await sandbox.close()
  // Zendesk checks the name now and stores it later: the same name in between would create a second organization.
  sandbox = await start({ createMs: 3_000 })
  data.put('usgov_creates.json', [objectOf('usgov', { salesforce_id: idOf(1), name: 'Company 1' })])
  const { kill, ended } = startProgram(BIN, ['--data-dir', data.path], sandbox.environment)
  await vi.waitFor(() => expect(creates()).toBe(1), { timeout: 20_000, interval: 5 })
  kill('SIGKILL')
  await ended
  expect((await runAgain()).exitCode).toBe(0)
  expect(results()).toEqual(every([1], 'recognised'))
  expect(names()).toEqual(['Company 1'])
})
