import { setTimeout as sleep } from 'node:timers/promises'
import { type Fault, type SandboxOptions, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, type World } from '@support-sync/fixtures/world'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { expect, onTestFinished, test } from 'vitest'

/** A gather in ranges of creation dates reads the same accounts as a single query, even if they change meanwhile. */

const OUTPUT = 'salesforce_accounts.json'
const TODAY = '2026-11-23'
const QUERIES = /\/query\?q=SELECT%20Account_ID_18__c/
const COUNTS = /\/query\?q=SELECT%20(CALENDAR|DAY)/

async function start(world: World = buildWorld(TODAY), options: SandboxOptions['salesforce'] = {}) {
  const sandbox = await startSandbox(world, { salesforce: options })
  onTestFinished(() => sandbox.close())
  const { controls, tables } = sandbox.salesforce
  return {
    controls,
    tables,
    fail: (fault: Fault) => controls.fail(fault),
    asked: (path: RegExp) => controls.requests.filter(({ url }) => path.test(url)),
    async gather(...args: string[]) {
      const data = dataDirectory()
      const all = ['--data-dir', data.path, '--today', TODAY, ...args]
      const run = await spawnBin('accounts', 'gather', all, sandbox.environment)
      return { ...run, data, records: data.records(OUTPUT) ?? [] }
    },
  }
}

function idsOf(records: readonly Record<string, unknown>[]): string[] {
  return records.map(({ salesforce_id }) => String(salesforce_id))
}

test('it reads the same records as a single query', async () => {
  const { gather, tables, asked, controls } = await start()
  const one = await gather()
  expect(asked(QUERIES).length).toBe(1)
  controls.forgetRequests()
  const many = await gather('--range-size', '20')
  expect(asked(QUERIES).length).toBeGreaterThan(6)
  expect(many.exitCode).toBe(0)
  const byId = (records: readonly Record<string, unknown>[]) =>
    records.toSorted((a, b) => (String(a.salesforce_id) < String(b.salesforce_id) ? -1 : 1))
  expect(byId(many.records)).toEqual(byId(one.records))
  expect(tables.Account.length).toBeGreaterThan(one.records.length)
})

test('the order of the records does not depend on which range answers first', async () => {
  const { gather, controls } = await start()
  const many = await gather('--range-size', '20')
  controls.fail({ path: QUERIES, from: 2, times: 1, effect: { kind: 'latency', milliseconds: 300 } })
  const again = await gather('--range-size', '20')
  expect(again.records).toEqual(many.records)
})

test('each range starts where the one before ends; the first has no start, and the last has no end', async () => {
  const { gather, asked } = await start()
  await gather('--range-size', '25')
  const conditions = asked(QUERIES).map(
    ({ url }) => decodeURIComponent(url).split("'Former Customer')")[1] ?? '',
  )
  const edges = conditions
    .map(condition => ({
      from: /CreatedDate >= (\S+)/.exec(condition)?.[1] ?? '',
      to: /CreatedDate < (\S+)/.exec(condition)?.[1] ?? '',
    }))
    .toSorted((one, other) => (one.from < other.from ? -1 : 1))
  expect(edges[0]?.from).toBe('')
  expect(edges.at(-1)?.to).toBe('')
  edges.slice(1).forEach(({ from }, index) => void expect(edges[index]?.to).toBe(from))
})

test('accounts that were imported within a week are split by the hour', async () => {
  const world = buildWorld(TODAY)
  world.salesforce.Account.forEach((row, index) => {
    row.CreatedDate = new Date(Date.UTC(2024, 4, 1 + (index % 3), index % 5)).toISOString()
  })
  const { gather, asked } = await start(world)
  const { exitCode, records } = await gather('--range-size', '30')
  expect(exitCode).toBe(0)
  expect(asked(COUNTS).length).toBe(2)
  expect(asked(QUERIES).length).toBeGreaterThan(5)
  const ids = idsOf(records)
  expect(new Set(ids).size).toBe(ids.length)
  const one = await gather()
  expect(ids.toSorted()).toEqual(idsOf(one.records).toSorted())
})

test('accounts that were created in the same second stay in one range', async () => {
  const world = buildWorld(TODAY)
  for (const row of world.salesforce.Account) row.CreatedDate = '2024-05-01T10:00:00Z'
  const { gather, asked } = await start(world)
  const { exitCode } = await gather('--range-size', '5')
  expect(exitCode).toBe(0)
  expect(asked(QUERIES).length).toBe(1)
})

test('a Salesforce org without accounts takes one query, and the artifact is empty', async () => {
  const world = buildWorld(TODAY)
  world.salesforce.Account.length = 0
  const { gather, asked } = await start(world)
  const { exitCode, records } = await gather('--range-size', '5')
  expect({ exitCode, records }).toEqual({ exitCode: 0, records: [] })
  expect(asked(QUERIES).length).toBe(1)
})

test('counts in an unknown form stop the gather; the error blames no record', async () => {
  const { gather, controls } = await start()
  controls.fail({ path: COUNTS, effect: { kind: 'edit', at: 'records.0.createdYear', to: 'a year' } })
  const { exitCode, failure, data } = await gather('--range-size', '20')
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 75, code: 'ANSWER_NOT_UNDERSTOOD' })
  expect(data.has(OUTPUT)).toBe(false)
})

test('if a range returns fewer records than its count, the gather stops without an artifact', async () => {
  const { gather, fail } = await start()
  fail({
    path: /SELECT%20Account_ID.*CreatedDate%20%3E%3D/,
    from: 3,
    times: 1,
    effect: { kind: 'drop', at: 'records' },
  })
  const { exitCode, failure, data } = await gather('--range-size', '20')
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 75, code: 'INCOMPLETE_READ' })
  expect(data.has(OUTPUT)).toBe(false)
})

test('if Salesforce answers one range with a page of another, the gather stops', async () => {
  const { gather, fail } = await start()
  fail({ path: QUERIES, from: 3, times: 1, effect: { kind: 'repeat' } })
  const { exitCode, failure, data } = await gather('--range-size', '20')
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 75, code: 'INCOMPLETE_READ' })
  expect(failure.message).toContain('twice')
  expect(data.has(OUTPUT)).toBe(false)
})

test('if the session ends while several ranges are read, it is renewed once', async () => {
  const { gather, fail, asked } = await start()
  fail({ effect: { kind: 'latency', milliseconds: 30 } })
  fail({ path: QUERIES, from: 4, times: 1, effect: { kind: 'expired-session' } })
  const { exitCode } = await gather('--range-size', '20')
  expect(exitCode).toBe(0)
  expect(asked(/oauth2\/token/).length).toBe(2)
})

test.each(['0', '-3', 'many', '1.5'])('--range-size %s is refused', async size => {
  const { gather } = await start()
  const { exitCode, failure } = await gather('--range-size', size)
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'USAGE' })
})

/** Starts a gather in small ranges, changes the org after the first query, and waits for the end of the gather. */
async function changedMeanwhile(change: (org: Awaited<ReturnType<typeof start>>) => void) {
  const world = buildWorld(TODAY)
  const org = await start(world)
  const customers = world.salesforce.Account.filter(({ Type }) => Type === 'Customer')
  // In the order of the table.
  world.salesforce.Account.forEach((row, index) => {
    row.CreatedDate = new Date(Date.UTC(2020, 0, 1 + index)).toISOString()
  })
  org.fail({ path: QUERIES, effect: { kind: 'latency', milliseconds: 100 } })
  const run = org.gather('--range-size', '10')
  while (org.asked(QUERIES).length === 0) await sleep(2)
  change(org)
  const ended = await run
  return { ...ended, customers, ids: idsOf(ended.records) }
}

test('an account that is created meanwhile is read once', async () => {
  const { exitCode, ids } = await changedMeanwhile(({ tables }) => {
    const Id = '001000000NEWNEWAAA'
    const CreatedDate = new Date().toISOString()
    tables.Account.push({ Id, Account_ID_18__c: Id, Name: 'New', Type: 'Customer', CreatedDate })
  })
  expect(exitCode).toBe(0)
  expect(ids.filter(id => id === '001000000NEWNEWAAA').length).toBe(1)
  expect(ids.at(-1)).toBe('001000000NEWNEWAAA')
})

test('an account that is no longer a customer is not read, and all others are read once', async () => {
  let leaving = ''
  const { exitCode, ids, customers } = await changedMeanwhile(({ tables }) => {
    const last = tables.Account.findLast(({ Type }) => Type === 'Customer')
    leaving = String(last?.Account_ID_18__c)
    Object.assign(last ?? {}, { Type: 'Prospect' })
    tables.Account.reverse()
  })
  expect(exitCode).toBe(0)
  const expected = customers.map(row => String(row.Account_ID_18__c)).filter(id => id !== leaving)
  expect(ids).toEqual(expect.arrayContaining(expected))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).not.toContain(leaving)
})

test('if accounts are deleted while their range is read, the gather stops', async () => {
  const world = buildWorld(TODAY)
  const { gather, asked, tables, fail } = await start(world, { pages: { rows: 10 } })
  fail({ path: /\/query\/01g/, effect: { kind: 'latency', milliseconds: 200 } })
  const run = gather('--range-size', '40')
  while (asked(/\/query\/01g/).length < 2) await sleep(2)
  tables.Account.length = 1
  const { exitCode, failure, data } = await run
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 75, code: 'INCOMPLETE_READ' })
  expect(data.has(OUTPUT)).toBe(false)
})
