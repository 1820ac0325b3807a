import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { account, daysAround, emptySalesforce, salesforceWriter } from '@support-sync/fixtures/world'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { expect, test } from 'vitest'
import { openHours } from './hours.ts'

/** The first hours after set-up. The instances have only the controlled end user; Salesforce already has accounts. */

const { inDays } = daysAround(new Date().toISOString().slice(0, 10))

test('a new instance needs a consent for its empty artifacts once; later runs need none', {
  timeout: 60_000,
}, async () => {
  const { sandbox, hour } = await newInstances({ agencies: 3 })
  const stopped = await hour('one')
  expect(guardsOf(stopped)).toEqual({ processor: 'NO_RECORDS' })
  expect(stopped.exit_code).toBe(3)
  expect(writes(sandbox)).toBe(0)

  const first = await hour('one', emptyAllowed({ usgov: 1, users: 1 }))
  expectSuccess(first)
  expect(sandbox.usgov.organizations.all()).toHaveLength(3)
  expect(sandbox.usgov.users.all()).toHaveLength(1 + 3)
  const before = writes(sandbox)

  const second = await hour('two', { last: first })
  expectSuccess(second)
  expect(writes(sandbox)).toBe(before)
})

test('after the consent an artifact may stay empty, but it must not become empty again once it had records', {
  timeout: 60_000,
}, async () => {
  const { sandbox, hour } = await newInstances({ agencies: 0 })
  const first = await hour('one', emptyAllowed({ usgov: 2, users: 4 }))
  expectSuccess(first)

  const second = await hour('two', { last: first })
  const third = await hour('three', { last: second })
  expect([second, third].map(({ exit_code }) => exit_code)).toEqual([0, 0])
  expect(sandbox.usgov.controls.writes).toEqual([])

  addAgency(sandbox, 1)
  const fourth = await hour('four', { last: third })
  expectSuccess(fourth)
  expect(sandbox.usgov.users.all()).toHaveLength(2)

  const fifth = await hour('five', { last: fourth })
  expect(fifth.exit_code).toBe(0)
  for (const { id } of sandbox.usgov.organizations.all()) sandbox.usgov.organizations.remove(id)
  const emptied = await hour('six', { last: fifth })
  expect(emptied.exit_code).toBe(3)
})

/** Both Zendesk instances are new. Salesforce has customers, one partner and some agencies. */
async function newInstances({ agencies }: { agencies: number }) {
  const salesforce = salesforceWriter(emptySalesforce())
  for (const name of ['Acme', 'Birch', 'Cedar'])
    salesforce.addAccount(account(name).withCharge('Premium - 1 Year', { ends: inDays(200), quantity: 5 }))
  const hours = await openHours(salesforce.rows)
  for (let number = 1; number <= agencies; number++) addAgency(hours.sandbox, number)
  return hours
}

function addAgency({ salesforce }: Sandbox, number: number): void {
  salesforceWriter(salesforce.tables, number * 100).addAccount(
    account(`Agency ${number}`)
      .withCharge('24x7 US Citizen Support - 1 Year', { ends: inDays(200) })
      .withCharge('Ultimate - 1 Year', { ends: inDays(200), quantity: 20 })
      .withContact(`Ann ${number}`, `ann@agency-${number}.example`),
  )
}

function writes({ global, usgov }: Sandbox): number {
  return global.controls.writes.length + usgov.controls.writes.length
}

/** The consents to empty artifacts. Only the numbers of the US Government stages differ between the tests. */
function emptyAllowed({ usgov, users }: { usgov: number; users: number }) {
  const consents = [
    'processor:empty=2',
    'compare-global:empty=1',
    `compare-usgov:empty=${usgov}`,
    'partner-sync:empty=1',
    `usgov-user-sync:empty=${users}`,
  ]
  return { variables: { ALLOW_MASS_CHANGE: consents.join(',') } }
}

function expectSuccess(record: RunRecord): void {
  expect({ exit: record.exit_code, guards: guardsOf(record) }).toEqual({ exit: 0, guards: {} })
}

/** The code that stopped each stage. */
function guardsOf(record: RunRecord): Record<string, string> {
  return Object.fromEntries(record.stages.flatMap(({ stage, error }) => (error ? [[stage, error.code]] : [])))
}
