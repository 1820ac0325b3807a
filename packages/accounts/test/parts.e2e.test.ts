import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, type World } from '@support-sync/fixtures/world'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { expect, onTestFinished, test } from 'vitest'

/** Several jobs share a gather. No account is in two parts, even if accounts change between the jobs. */

const OUTPUT = 'salesforce_accounts.json'
const TODAY = '2026-11-23'

async function start(world: World = buildWorld(TODAY)) {
  const sandbox = await startSandbox(world)
  onTestFinished(() => sandbox.close())
  return {
    tables: sandbox.salesforce.tables,
    queries: () =>
      sandbox.salesforce.controls.requests
        .map(({ url }) => decodeURIComponent(url))
        .filter(url => url.includes('/query?q=')),
    async gather(...args: string[]) {
      const data = dataDirectory()
      const all = ['--data-dir', data.path, '--today', TODAY, ...args]
      const run = await spawnBin('accounts', 'gather', all, sandbox.environment)
      return { ...run, data, ids: (data.records(OUTPUT) ?? []).map(record => String(record.salesforce_id)) }
    },
  }
}

test.each([2, 3])('%i parts have each account once', async of => {
  const { gather } = await start()
  const whole = await gather()
  const parts = []
  for (let index = 1; index <= of; index++) parts.push(await gather('--part', `${index}/${of}`))
  expect(parts.map(({ exitCode }) => exitCode)).toEqual(parts.map(() => 0))
  expect(parts.flatMap(({ ids }) => ids).toSorted()).toEqual(whole.ids.toSorted())
  for (const { ids } of parts) expect(ids.length).toBeLessThan(whole.ids.length)
})

test('a part can also be read in ranges, and queries only its own records', async () => {
  const { gather, queries } = await start()
  const plain = await gather('--part', '2/3')
  const inRanges = await gather('--part', '2/3', '--range-size', '10')
  expect(inRanges.ids.toSorted()).toEqual(plain.ids.toSorted())
  expect(queries().length).toBeGreaterThan(4)
  for (const query of queries()) {
    expect(query).toContain('(DAY_IN_MONTH(CreatedDate) = 2 OR DAY_IN_MONTH(CreatedDate) = 5 OR ')
    expect(query).not.toContain('DAY_IN_MONTH(CreatedDate) = 3 ')
  }
})

test('an account that is created or deleted between two jobs is in one part or in none', async () => {
  const { gather, tables } = await start()
  const before = await gather('--part', '1/2')
  const [gone, pattern] = tables.Account.filter(row => before.ids.includes(String(row.Account_ID_18__c)))
  if (!gone || !pattern) throw new Error('part 1/2 is empty')
  // The counts change. This moves the limits of ranges, but not those of parts.
  tables.Account.splice(tables.Account.indexOf(gone), 1)
  const even = new Date(Date.UTC(2026, 10, 22, 9)).toISOString()
  const Id = '001PL0000000NEWAAA'
  tables.Account.push({ ...pattern, Id, Account_ID_18__c: Id, CreatedDate: even })
  const after = await gather('--part', '2/2', '--range-size', '10')
  const all = [...before.ids, ...after.ids]
  expect(after.ids).toContain(Id)
  expect(new Set(all).size).toBe(all.length)
})

test('a part number that is too high is refused', async () => {
  const { gather } = await start()
  const { exitCode, failure } = await gather('--part', '4/3')
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'USAGE' })
  expect(failure.message).toBe('--part: takes I/N, from 1/1 to 31/31, found "4/3"')
})

test('the stamp names the part, and the summary has no count for the guard, which needs all parts', async () => {
  const { gather } = await start()
  const { data } = await gather('--part', '2/3')
  expect(JSON.parse(readFileSync(join(data.path, 'stamps.json'), 'utf8'))[OUTPUT].part).toBe('2/3')
  expect(data.summary('accounts.gather').gathered).toBeUndefined()
})
