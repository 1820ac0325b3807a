import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type DataDirectory, dataDirectory } from '../../../runtime/bin/test/data-directory.ts'
import { gatheredOrganization, objectOf } from '../../../runtime/bin/test/records.ts'
import type { ItemResult, OrganizationUpdate, Zendesk } from '../../../services/zendesk/index.ts'
import { scriptedZendesk } from './scripted-zendesk.ts'
import { runSync, syncTo } from './sync-run.ts'

const many = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const idOf = (n: number) => `001${String(n).padStart(12, '0')}AAA`

/** A plan of creates with these names, and of this many updates and marks. */
function planOf(names: readonly string[], updates = 0, marks = 0): DataDirectory {
  const object = (n: number, name: string) => objectOf('usgov', { salesforce_id: idOf(n), name })
  return dataDirectory({
    'zendesk_usgov.json': many(20_000).map(n => gatheredOrganization('usgov', n)),
    'usgov_creates.json': names.map((name, index) => object(index, name)),
    'usgov_updates.json': many(updates).map(n => ({
      id: n,
      ...object(n, `Company ${n}`),
      changes: { support_hold: { from: false, to: true } },
    })),
    'usgov_not_in_sync.json': many(marks).map(n => gatheredOrganization('usgov', 10_000 + n)),
  })
}

/** A Zendesk that takes a moment for each call, and records which calls were running when each started. */
function slowZendesk() {
  const underWay: string[] = []
  const log: { begun: string; alongside: string[] }[] = []
  async function call<T>(begun: string, answer: T): Promise<T> {
    log.push({ begun, alongside: [...underWay] })
    underWay.push(begun)
    await pause(2)
    underWay.splice(underWay.indexOf(begun), 1)
    return answer
  }
  const script: Partial<Zendesk> = {
    createOrganization: ({ name }) => call(`create ${name}`, { outcome: 'created' as const, id: 1 }),
    updateOrganizations: (items: readonly OrganizationUpdate[]) => {
      const isMark = items[0]?.organization_fields?.mark_for_deletion === true
      const written = items.map(({ id }): ItemResult => ({ id, outcome: 'written' }))
      return call(`${isMark ? 'mark' : 'update'} ${items[0]?.id}`, written)
    },
  }
  return { zendesk: scriptedZendesk(script), log }
}
const kindOf = (call: string) => call.split(' ')[0]

test('updates start after all creates, and marks after all updates', async () => {
  const { zendesk, log } = slowZendesk()
  const { results } = await runSync(
    planOf(
      many(20).map(n => `New ${n}`),
      2500,
      1500,
    ),
    syncTo(zendesk),
  )
  expect(
    log.filter(({ begun, alongside }) => alongside.some(other => kindOf(other) !== kindOf(begun))),
  ).toEqual([])
  const order = log.map(({ begun }) => kindOf(begun))
  expect(order.filter((kind, index) => kind !== order[index - 1])).toEqual(['create', 'update', 'mark'])
  expect(results).toHaveLength(20 + 2500 + 1500)
})

test('several creates run in parallel, but never two of the same name, regardless of its spelling', async () => {
  const { zendesk, log } = slowZendesk()
  const names = many(40).map(n =>
    n % 3 === 0 ? ` sAme ${n % 4} ` : n % 3 === 1 ? `Same ${n % 4}` : `New ${n}`,
  )
  await runSync(planOf(names), syncTo(zendesk))
  const nameOf = (call: string) => call.replace('create ', '').trim().toLowerCase()
  const doubled = log.filter(({ begun, alongside }) =>
    alongside.some(other => nameOf(other) === nameOf(begun)),
  )
  expect(doubled).toEqual([])
  const most = Math.max(...log.map(({ alongside }) => alongside.length + 1))
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(8)
})

test('batches run in parallel, but never more than Zendesk’s jobs allow', async () => {
  const { zendesk, log } = slowZendesk()
  await runSync(planOf([], 6000), syncTo(zendesk))
  expect(log).toHaveLength(60)
  expect(Math.max(...log.map(({ alongside }) => alongside.length + 1))).toBe(25)
})
