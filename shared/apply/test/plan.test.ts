import { expect, test } from 'vitest'
import { type PlanView, planText } from '../plan.ts'

const VIEW: PlanView = {
  title: 'Zendesk Global: organizations',
  counts: { create: 1, update: 1, mark: 1, alreadyMarked: 2, gathered: 330 },
  writes: [
    { sign: '+', key: 'A', name: 'New', changes: { support_level: { from: null, to: 'gold' } } },
    {
      sign: '~',
      key: 'B',
      name: 'Changed',
      changes: { seats_decimal: { from: null, to: 0 }, support_hold: { from: true, to: false } },
    },
    { sign: '-', key: 'C', name: 'Gone', changes: { mark_for_deletion: { from: false, to: true } } },
  ],
}

test('a plan has its counts first, then each record with what changes from what to what', () => {
  expect(planText(VIEW, true).split('\n')).toEqual([
    'Zendesk Global: organizations',
    '1 to create, 1 to update, 1 to mark (2 already marked; 330 gathered)',
    '',
    '+ A  "New"',
    '    support_level  "gold"',
    '~ B  "Changed"',
    '    seats_decimal  null → 0',
    '    support_hold   true → false',
    '- C  "Gone"',
    '    mark_for_deletion  false → true',
  ])
})

test('without details a plan has no names and no values', () => {
  expect(planText(VIEW, false).split('\n').slice(2)).toEqual(['', '+ A', '~ B', '- C'])
})

test('a plan without writes says that there is nothing to do', () => {
  expect(planText({ ...VIEW, writes: [] }, true)).toContain('Nothing to do')
})

const ESCAPES = '\u001b[2J \u009b31m \u202e \u200b \u2066 \r\n \u0007'
const DANGEROUS = [...ESCAPES].filter(character => character !== ' ' && !/[[\w\n]/.test(character))

test.each([
  ['a name', { name: ESCAPES }],
  ['a value', { changes: { account_owner: { from: ESCAPES, to: ESCAPES } } }],
  ['a key', { key: ESCAPES }],
])('nothing that moves a terminal’s cursor gets through in %s', (_, given) => {
  const write = { sign: '~' as const, key: 'A', name: 'Name', changes: {}, ...given }
  for (const details of [true, false]) {
    const shown = planText({ ...VIEW, writes: [write] }, details)
    expect(DANGEROUS.filter(character => shown.includes(character))).toEqual([])
  }
})
