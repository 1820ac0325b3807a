import { expect, test } from 'vitest'
import { ATTRIBUTES } from '../../../domain/index.ts'
import { screenOf } from '../../../runtime/terminal/index.ts'
import { KIND_BY_ATTRIBUTE, kindOfUpdate } from '../change-kinds.ts'
import { filtered, type PlanView, planText } from '../index.ts'
import type { PlannedWrite } from '../model.ts'

const PLAIN = screenOf({}, {})

function write(given: Partial<PlannedWrite>): PlannedWrite {
  const changes = given.changes ?? {}
  const kind = given.action && given.action !== 'update' ? given.action : kindOfUpdate(changes)
  return { action: 'update', kind, key: 'A', id: 1, name: 'Name', support_level: null, changes, ...given }
}

const VIEW: PlanView = {
  stage: 'sync-global',
  title: 'Zendesk Global: organizations',
  counts: { create: 1, update: 3, mark: 1, alreadyMarked: 2, gathered: 330, unmarked: 328, entitled: 300 },
  writes: [
    write({
      action: 'create',
      key: 'NEW',
      name: 'New',
      changes: { support_level: { from: null, to: 'gold' } },
    }),
    write({ key: 'OWNED', changes: { account_owner: { from: null, to: 'Dana' } } }),
    write({
      key: 'UP',
      support_level: 'gold',
      changes: { seats_decimal: { from: null, to: 0 }, support_level: { from: 'silver', to: 'gold' } },
    }),
    write({ key: 'LAPSED', changes: { support_level: { from: 'gold', to: 'expired' } } }),
    write({ action: 'mark', key: 'GONE', changes: { mark_for_deletion: { from: false, to: true } } }),
  ],
}

test('a plan shows its counts, then its records by kind of change, with changes from and to', () => {
  expect(planText(VIEW, { details: true }, PLAIN)).toBe(`Zendesk Global: organizations
1 to create, 3 to update, 1 to mark (2 already marked; 330 gathered)

New (1)
+ NEW  "New"
    support_level  "gold"

Support level changes (1)
~ UP  "Name"
    seats_decimal  null → 0
    support_level  "silver" → "gold"

Support expires (1)
~ LAPSED  "Name"
    support_level  "gold" → "expired"

Owners change (1)
~ OWNED  "Name"
    account_owner  null → "Dana"

To be marked (1)
- GONE  "Name"`)
})

test('without details a plan has no names and no values', () => {
  const lines = planText(VIEW, { details: false }, PLAIN).split('\n')
  expect(lines.filter(line => /^[+~-]/.test(line))).toEqual([
    '+ NEW',
    '~ UP',
    '~ LAPSED',
    '~ OWNED',
    '- GONE',
  ])
})

test('a plan without writes shows that there is nothing to do', () => {
  const nothing = { ...VIEW, counts: { ...VIEW.counts, create: 0, update: 0, mark: 0 }, writes: [] }
  expect(planText(nothing, { details: true }, PLAIN)).toContain('Nothing to do')
})

test('a long list ends with the number of hidden records', () => {
  const writes = Array.from({ length: 7 }, () => write({ changes: { name: { from: 'a', to: 'b' } } }))
  const text = planText({ ...VIEW, writes }, { details: true, limit: 5 }, PLAIN)
  expect(text).toContain('Name, id or type changes (7)')
  expect(text).toContain('… and 2 more; --all shows them')
  expect(text.split('\n').filter(line => line.startsWith('~'))).toHaveLength(5)
})

test.each([
  ['an attribute', { attribute: 'support_level' }, ['NEW', 'UP', 'LAPSED']],
  ['the old or the new level', { level: 'gold' }, ['UP', 'LAPSED']],
  ['an action', { only: 'marks' as const }, ['GONE']],
  ['two filters', { attribute: 'support_level', only: 'updates' as const }, ['UP', 'LAPSED']],
])('a plan can be filtered by %s, and says how many writes it shows', (_, filters, keys) => {
  const narrowed = filtered(VIEW, filters)
  expect(narrowed.writes.map(({ key }) => key)).toEqual(keys)
  expect(planText(narrowed, { details: true }, PLAIN)).toContain(`Shown: ${keys.length} of 5.`)
})

test('an update is listed under its most important change', () => {
  const change = { from: null, to: 'x' }
  expect(kindOfUpdate({ account_owner: change, sub_edu: change, seats_decimal: change })).toBe(
    'subscriptions',
  )
  expect(kindOfUpdate({ aar: change })).toBe('other')
  expect(kindOfUpdate({ expiration_date: change, support_level: { from: 'gold', to: 'expired' } })).toBe(
    'expiry',
  )
})

test('every attribute of the catalogue has a kind in a plan', () => {
  const keys = ATTRIBUTES.map(({ key }) => key).filter(key => key !== 'support_level')
  const without = keys.filter(key => KIND_BY_ATTRIBUTE[key] === undefined)
  expect(
    without,
    "give it a row in shared/sync/plan/change-kinds.ts: the kind that a plan shows it under, or 'other'",
  ).toEqual([])
})

const ESCAPES = '\u001b[2J \u009b31m \u202e \u200b \u2066 \r\n \u0007'
const DANGEROUS = [...ESCAPES].filter(character => character !== ' ' && !/[[\w\n]/.test(character))

test.each([
  ['a name', { name: ESCAPES }],
  ['a value', { changes: { account_owner: { from: ESCAPES, to: ESCAPES } } }],
  ['a key', { key: ESCAPES }],
])('no control character gets through in %s', (_, given) => {
  for (const details of [true, false]) {
    const shown = planText({ ...VIEW, writes: [write(given)] }, { details }, PLAIN)
    expect(DANGEROUS.filter(character => shown.includes(character))).toEqual([])
  }
})
