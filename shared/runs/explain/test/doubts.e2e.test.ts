import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { calendarOf, dayOf } from '../../../domain/index.ts'
import {
  account,
  type DataDirectory,
  dataDirectory,
  gatheredOrganization,
  spawnBin,
} from '../../../runtime/bin/test/index.ts'
import { screenOf } from '../../../runtime/terminal/index.ts'
import { explain, explanationText } from '../index.ts'

/** An account in doubt: the doubt comes first, with what is held back, with and without the compare's artifacts. */

const TODAY = '2026-11-23'
const { today } = calendarOf(dayOf(new Date(`${TODAY}T12:00:00Z`)))
const PLANS = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'rules', 'plans.yml')
const [PLUS, LOOSE, VANISHED, GONE, BACK, FINE] = [
  '001000000000abAAAQ',
  '001000000000acAAAQ',
  '001000000000adAAAQ',
  '001000000000aeAAAQ',
  '001000000000afAAAQ',
  '001000000000agAAAQ',
]

const held = (id: number, salesforce_id: string, given = {}) =>
  gatheredOrganization('global', id, {
    salesforce_id,
    account_type: 'customer',
    support_level: 'ultimate',
    sub_sm_ultimate: true,
    seats_decimal: 10,
    ...given,
  })

const FILES = {
  'salesforce_accounts.json': [
    account(PLUS, {}, ['Premium - 1 Year', 'Ultimate Plus - 1 Year', 'Best - 1 Year']),
    account(LOOSE, {}, ['Ultimate - 1 Year']),
    account(VANISHED, { charges: [] }),
    account(GONE, {}, ['Ultimate Plus - 1 Year']),
    account(BACK, {}, ['Ultimate Plus - 1 Year']),
    account(FINE),
  ].map(one =>
    one.salesforce_id === LOOSE
      ? { ...one, charges: [...list(one.charges), loose(list(one.charges)[0])] }
      : one,
  ),
  'zendesk_global.json': [
    held(1, PLUS),
    held(2, LOOSE, { seats_decimal: 40 }),
    held(3, VANISHED),
    held(4, GONE),
    held(5, BACK, { mark_for_deletion: true }),
    held(6, FINE, { seats_decimal: 4 }),
    held(7, 'ask Dana', { sfdc_short_id: FINE?.slice(0, 15) }),
  ],
  'zendesk_usgov.json': [gatheredOrganization('usgov', 1)],
  'overrides.yml': '[]',
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value : []
}

function loose(charge: Record<string, unknown> | undefined) {
  return { ...charge, id: 'C9', subscription_id: 'S9', charge_name: 'Gold - 1 Year' }
}

let whole: DataDirectory
let gathered: DataDirectory
beforeAll(async () => {
  const names = (folder: string) =>
    Object.fromEntries(Object.entries(FILES).map(([name, file]) => [`${folder}/${name}`, file]))
  gathered = dataDirectory({ ...names('processor'), ...names('accounts'), ...names('orgs') })
  whole = dataDirectory({ ...names('processor'), ...names('compare-global') })
  const args = ['--today', TODAY]
  const processor = await spawnBin('processor', 'processor', [
    ...[...args, '--data-dir', join(whole.path, 'processor')],
    ...['--overrides', join(whole.path, 'processor', 'overrides.yml')],
  ])
  for (const name of ['global_accounts.json', 'doubts.json'])
    whole.put(`compare-global/${name}`, whole.records(`processor/${name}`) ?? [])
  const compare = await spawnBin('compare-global', 'compare', [
    ...[...args, '--data-dir', join(whole.path, 'compare-global')],
  ])
  expect([processor.exitCode, compare.exitCode]).toEqual([0, 0])
}, 60_000)

async function asked(query: string, run: DataDirectory) {
  const explanation = await explain({ dir: run.path, name: 'a run' }, query, {
    defaults: { plans: PLANS, overrides: join(run.path, 'processor', 'overrides.yml'), today },
  })
  if (explanation.subject !== 'account') throw new Error(`${query} is not an account`)
  const sync = explanation.syncs.find(({ stage }) => stage === 'sync-global')
  return { explanation, sync, text: explanationText(explanation, screenOf({}, {})) }
}

describe.each(['artifacts', 'computed'] as const)('by %s', from => {
  const ask = (query: string) => asked(query, from === 'artifacts' ? whole : gathered)

  test('an unknown charge: the reason, what to do, what is held back and what is written', async () => {
    const { explanation, sync, text } = await ask(PLUS ?? '')
    expect(explanation.doubt).toEqual({
      reason: { kind: 'unknown_charge', charge_names: ['Ultimate Plus - 1 Year', 'Best - 1 Year'] },
      instances: ['global', 'usgov'],
      since: null,
    })
    expect(sync?.plan).toMatchObject({ action: 'update', from })
    expect(Object.keys(sync?.plan.changes ?? {})).toContain('name')
    expect(Object.keys(sync?.plan.changes ?? {})).not.toContain('seats_decimal')
    expect(sync?.held).toMatchObject({
      withheld: 'loss',
      changes: { support_level: { from: 'ultimate', to: 'premium' } },
    })
    const lines = text.split('\n')
    expect(lines.findIndex(line => line.startsWith('In doubt: '))).toBeLessThan(lines.indexOf('Salesforce'))
    expect(text).toContain(
      "In doubt: 'Ultimate Plus - 1 Year' and 'Best - 1 Year' are not in plans.yml. The sync takes nothing away.",
    )
    expect(text).toContain('no_support')
    expect(text).toContain('  Held back, Zendesk Global: organizations:\n')
    expect(text).toMatch(/‖ {2}support_level +"ultimate" → "premium"/)
    expect(text).not.toMatch(/~ {2}support_level/)
  })

  test('a loose charge: only losses are held back', async () => {
    const { explanation, sync, text } = await ask(LOOSE ?? '')
    expect(explanation.doubt?.reason).toEqual({ kind: 'loose_charge', charge_names: ['Gold - 1 Year'] })
    expect(sync?.held).toEqual({
      withheld: 'loss',
      reason: 'loose_charge',
      changes: { seats_decimal: { from: 40, to: 10 } },
    })
    expect(text).toContain("'Gold - 1 Year' belongs to none of the account's subscriptions.")
  })

  test('a mark is held back, with a hint about what the query omits', async () => {
    const { explanation, sync, text } = await ask(VANISHED ?? '')
    expect(explanation.doubt).toMatchObject({ reason: { kind: 'vanished' }, instances: ['global'] })
    expect(sync).toMatchObject({ plan: { action: 'none' }, held: { withheld: 'mark', changes: null } })
    expect(text).toContain('only rows that have an end date and are not cancelled')
    expect(text).toContain('‖  mark_for_deletion  false → true')
  })

  test('a marked organization of an account in doubt is unmarked', async () => {
    const { sync } = await ask(BACK ?? '')
    expect(sync).toMatchObject({
      plan: { action: 'update', changes: { mark_for_deletion: { from: true, to: false } } },
      held: { withheld: 'mark', reason: 'unknown_charge' },
    })
  })

  test('an account without a doubt shows none', async () => {
    const { explanation, sync, text } = await ask(FINE ?? '')
    expect([explanation.doubt, sync?.held, sync?.plan.action]).toEqual([null, null, 'update'])
    expect(text).not.toContain('doubt')
  })
})

test('two ids that differ: the mark is held back', async () => {
  const { explanation, text } = await asked('7', whole)
  expect(explanation.doubt).toMatchObject({ reason: { kind: 'keys_disagree' }, instances: ['global'] })
  expect(text).toContain("Correct the organization's salesforce_id in Zendesk")
})
