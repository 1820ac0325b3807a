import { describe, expect, test } from 'vitest'
import type { Account, Cause, Instance } from '../index.ts'
import type { SectionName } from '../sections.ts'
import { anAccount, IN_GRACE, LAPSED } from './account-builder.ts'
import { CHARGE_OF, decisionOf, must } from './rules.ts'

/** A decision has the cause of each of its parts. You can explain it without knowing the rules. */

type Sold = [section: SectionName, details?: { quantity?: number; ends?: string }]

function accountWith(...sold: Sold[]): Account {
  return anAccount()
    .withSubscription(it =>
      sold.reduce((built, [name, details]) => built.withCharge(CHARGE_OF[name], details), it),
    )
    .build()
}

function decided(account: Account, override?: Record<string, unknown>, instance: Instance = 'global') {
  return must(decisionOf(account, instance, override ? { override } : {}))
}

/** A charge by its number on the subscription; any other cause by its name. */
function named(cause: Cause | null): string | null {
  return typeof cause === 'object' && cause !== null ? `charge ${cause.charge.id.split('-')[1]}` : cause
}

describe('what an override does to the date', () => {
  test.each<[string, string, Record<string, unknown> | undefined, string | null]>([
    ['nothing without an override', '2027-01-31', undefined, null],
    ['nothing if it names no date', '2027-01-31', { seats: 1 }, null],
    ['expires before grace', '2027-01-31', { expiration_date: LAPSED }, 'expires'],
    ['expires what had expired', LAPSED, { expiration_date: LAPSED }, 'expires'],
    ['extends what had expired', LAPSED, { expiration_date: IN_GRACE }, 'extends'],
    ['only replaces the date of an object in grace', IN_GRACE, { expiration_date: '2028-01-01' }, 'replaces'],
    ['only replaces the date of a live object', '2027-01-31', { expiration_date: IN_GRACE }, 'replaces'],
  ])('it %s', (_what, ends, override, effect) => {
    expect(decided(accountWith(['sm_premium', { ends }]), override).dateEffect).toBe(effect)
  })
})

test('the date is that of the charge that ends last; the first, if there are several', () => {
  const account = accountWith(
    ['edu', { ends: '2026-09-01' }],
    ['sm_premium', { ends: '2026-12-31' }],
    ['oss', { ends: '2026-12-31' }],
  )
  expect(named(decided(account).latest)).toBe('charge 2')
})

test('activeCharges has the active charges only', () => {
  const account = accountWith(['sm_premium'], ['edu', { ends: LAPSED }], ['oss', { ends: IN_GRACE }])
  expect(decided(account).activeCharges.map(named)).toEqual(['charge 1', 'charge 3'])
})

describe('candidates', () => {
  const candidatesOf = (account: Account, override?: Record<string, unknown>) =>
    decided(account, override).overridden.candidates.map(
      ({ level, checkbox, cause }) => `${level} by ${checkbox}: ${named(cause)}`,
    )

  test('are one per level and checkbox, by the first charge; a charge without a level is no candidate', () => {
    const account = accountWith(
      ['dotcom_gold'],
      ['dotcom_ultimate'],
      ['ss_growth'],
      ['dotcom_gold'],
      ['sm_ultimate'],
    )
    expect(candidatesOf(account)).toEqual([
      'gold by sub_dotcom_ultimate: charge 1',
      'ultimate by sub_dotcom_ultimate: charge 2',
      'ultimate by sub_sm_ultimate: charge 5',
    ])
  })

  test('from an override are its support level, and its checkboxes whose level is not there yet', () => {
    const override = {
      sub_dotcom_ultimate: true,
      sub_edu: true,
      sub_ss_growth: true,
      support_level: 'silver',
    }
    expect(candidatesOf(accountWith(['dotcom_gold']), override)).toEqual([
      'gold by sub_dotcom_ultimate: charge 1',
      'community by sub_edu: override',
      'silver by null: override',
    ])
    expect(candidatesOf(accountWith(['dotcom_gold']), { seats: 1 })).toEqual([
      'gold by sub_dotcom_ultimate: charge 1',
    ])
  })
})

describe('a checkbox is checked', () => {
  const checkedBy = (account: Account, instance: Instance, override?: Record<string, unknown>) =>
    Object.fromEntries(
      [...decided(account, override, instance).entitlement.checked].map(([key, cause]) => [
        key,
        named(cause),
      ]),
    )

  test('by its first charge, or by the override if no charge checks it', () => {
    const override = { sub_edu: true, sub_sm_premium: true }
    expect(checkedBy(accountWith(['sm_premium'], ['sm_premium']), 'global', override)).toEqual({
      sub_sm_premium: 'charge 1',
      sub_edu: 'override',
    })
  })

  test('by sub_ss_enterprise, if nothing else did', () => {
    expect(checkedBy(accountWith(['ss_enterprise']), 'global')).toEqual({
      sub_ss_enterprise: 'charge 1',
      sub_ss_ase: 'sub_ss_enterprise',
    })
    expect(checkedBy(accountWith(['ss_enterprise'], ['ss_ase']), 'global')).toMatchObject({
      sub_ss_ase: 'charge 2',
    })
  })

  test('by usgov_fedramp, if nothing else did', () => {
    expect(checkedBy(accountWith(['usgov_fedramp']), 'usgov')).toEqual({
      usgov_fedramp: 'charge 1',
      sub_gitlab_dedicated: 'usgov_fedramp',
      sub_usgov_24x7: 'usgov_fedramp',
    })
    expect(checkedBy(accountWith(['usgov_fedramp'], ['usgov_24x7']), 'usgov')).toMatchObject({
      sub_usgov_24x7: 'charge 2',
    })
  })
})

test.each<[string, Sold[], Record<string, unknown> | undefined, string | null]>([
  [
    'the charge of the highest quantity',
    [
      ['edu', { quantity: 2 }],
      ['oss', { quantity: 3 }],
    ],
    undefined,
    'charge 2',
  ],
  [
    'the first of several charges',
    [
      ['edu', { quantity: 3 }],
      ['oss', { quantity: 3 }],
    ],
    undefined,
    'charge 1',
  ],
  ['nothing if there are none', [['edu', { quantity: 0 }]], undefined, null],
  ['the override', [['edu', { quantity: 3 }]], { seats: 3 }, 'override'],
  ['the charge if the override names no seats', [['edu', { quantity: 3 }]], { sub_oss: true }, 'charge 1'],
  ['the override if its date expires the object', [['edu']], { expiration_date: LAPSED }, 'override'],
])('seats come from %s', (_what, sold, override, from) => {
  expect(named(decided(accountWith(...sold), override).overridden.seatsFrom)).toBe(from)
})

test('an override whose date expires the object removes everything that the charges granted', () => {
  const { granted, overridden } = decided(accountWith(['sm_premium']), { expiration_date: LAPSED })
  expect(granted.candidates).toHaveLength(1)
  expect(overridden).toEqual({ checked: new Map(), candidates: [], seats: 0, seatsFrom: 'override' })
})

test('Global has no emergency support', () => {
  expect(decided(accountWith(['sm_ultimate'])).entitlement.emergency_support_24x7).toBe(false)
})
