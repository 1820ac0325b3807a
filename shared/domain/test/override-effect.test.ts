import { describe, expect, test } from 'vitest'
import type { Account, Instance } from '../index.ts'
import type { SectionName } from '../sections.ts'
import { anAccount, IN_GRACE, LAPSED } from './account-builder.ts'
import { CHARGE_OF, checkedOn, decisionOf, must, objectOf } from './rules.ts'

const LIVE = '2027-01-31'

function accountOf(sections: SectionName[], ends = LIVE, exception = false): Account {
  return anAccount({ exception })
    .withSubscription(it =>
      sections.reduce((built, section) => built.withCharge(CHARGE_OF[section], { quantity: 10, ends }), it),
    )
    .build()
}

type Case = {
  rule: string
  sections: SectionName[]
  ends?: string
  instance?: Instance
  override: Record<string, unknown>
  gives: Record<string, unknown>
  checked?: string[]
}

const CASES: Case[] = [
  {
    rule: 'a reason without other keys changes nothing',
    sections: ['sm_premium'],
    override: { reason: 'see the ticket' },
    gives: { support_level: 'premium', seats_decimal: 10, expiration_date: LIVE },
    checked: ['sub_sm_premium'],
  },
  {
    rule: 'seats replace the highest quantity',
    sections: ['sm_premium'],
    override: { seats: 3 },
    gives: { seats_decimal: 3 },
  },
  {
    rule: 'seats of 0 replace too',
    sections: ['sm_premium'],
    override: { seats: 0 },
    gives: { seats_decimal: 0 },
  },
  {
    rule: 'seats are rounded to 2 decimals on Global',
    sections: ['sm_premium'],
    override: { seats: 10.005 },
    gives: { seats_decimal: 10.01 },
  },
  {
    rule: 'seats are rounded up on US Government',
    sections: ['usgov_12x5'],
    instance: 'usgov',
    override: { seats: 10.2 },
    gives: { number_of_seats: 11 },
  },
  {
    rule: "technical_account_manager replaces the account's",
    sections: ['sm_premium'],
    override: { technical_account_manager: 'Nina New' },
    gives: { technical_account_manager: 'Nina New' },
  },
  {
    rule: "support_hold replaces the account's",
    sections: ['sm_premium'],
    override: { support_hold: true },
    gives: { support_hold: true },
  },
  {
    rule: 'a support level above the winner wins',
    sections: ['dotcom_silver'],
    override: { support_level: 'premium' },
    gives: { support_level: 'premium' },
    checked: ['sub_dotcom_premium'],
  },
  {
    rule: 'a support level below the winner has no effect',
    sections: ['sm_ultimate'],
    override: { support_level: 'premium' },
    gives: { support_level: 'ultimate' },
  },
  {
    rule: 'custom as a support level is a candidate below consumption_only',
    sections: ['consumption_storage'],
    override: { support_level: 'custom' },
    gives: { support_level: 'consumption_only' },
  },
  {
    rule: 'custom as a support level is a candidate above community',
    sections: ['edu'],
    override: { support_level: 'custom' },
    gives: { support_level: 'custom' },
  },
  {
    rule: 'a support level entitles an expired customer; the checkboxes stay false',
    sections: ['sm_premium'],
    ends: LAPSED,
    override: { support_level: 'community' },
    gives: { support_level: 'community', account_type: 'customer', aar: 1200, expiration_date: LAPSED },
    checked: [],
  },
  {
    rule: 'a checkbox set true adds the highest level among its sections',
    sections: ['edu'],
    override: { sub_dotcom_ultimate: true },
    gives: { support_level: 'ultimate' },
    checked: ['sub_dotcom_ultimate', 'sub_edu'],
  },
  {
    rule: 'a checkbox set true adds no level where its charges already added one',
    sections: ['dotcom_gold'],
    override: { sub_dotcom_ultimate: true },
    gives: { support_level: 'gold' },
    checked: ['sub_dotcom_ultimate'],
  },
  {
    rule: 'the same is true of silver',
    sections: ['dotcom_silver'],
    override: { sub_dotcom_premium: true },
    gives: { support_level: 'silver' },
  },
  {
    rule: 'a checkbox without level set true makes an expired customer custom',
    sections: ['sm_premium'],
    ends: LAPSED,
    override: { sub_ss_growth: true },
    gives: { support_level: 'custom', account_type: 'customer' },
    checked: ['sub_ss_growth'],
  },
  {
    rule: 'a checkbox set false takes back the level of its own charges',
    sections: ['sm_ultimate', 'dotcom_premium'],
    override: { sub_sm_ultimate: false },
    gives: { support_level: 'premium' },
    checked: ['sub_dotcom_premium'],
  },
  {
    rule: 'a level that another checkbox added as well stays',
    sections: ['sm_ultimate', 'dotcom_ultimate'],
    override: { sub_sm_ultimate: false },
    gives: { support_level: 'ultimate' },
    checked: ['sub_dotcom_ultimate'],
  },
  {
    rule: 'if the only checkbox is set false, the object expires',
    sections: ['sm_ultimate'],
    override: { sub_sm_ultimate: false },
    gives: { support_level: 'expired', account_type: 'former_customer', aar: 0, expiration_date: LIVE },
    checked: [],
  },
  {
    rule: 'a checkbox set false changes nothing if no charge gives it',
    sections: ['sm_ultimate'],
    override: { sub_edu: false },
    gives: { support_level: 'ultimate' },
    checked: ['sub_sm_ultimate'],
  },
  {
    rule: 'a checkbox that US Government does not have is ignored when true',
    sections: ['usgov_12x5'],
    instance: 'usgov',
    override: { sub_dotcom_ultimate: true },
    gives: { support_level: 'custom' },
    checked: ['sub_usgov_12x5'],
  },
  {
    rule: 'a checkbox that US Government does not have is ignored when false',
    sections: ['dotcom_ultimate', 'usgov_12x5'],
    instance: 'usgov',
    override: { sub_dotcom_ultimate: false },
    gives: { support_level: 'ultimate' },
  },
  {
    rule: 'a checkbox that Global does not have is ignored',
    sections: ['sm_premium'],
    override: { sub_usgov_24x7: true, usgov_fedramp: true },
    gives: { support_level: 'premium' },
    checked: ['sub_sm_premium'],
  },
  {
    rule: 'usgov_fedramp true gives ultimate, Dedicated and 24x7',
    sections: ['usgov_12x5'],
    instance: 'usgov',
    override: { usgov_fedramp: true },
    gives: { support_level: 'ultimate' },
    checked: ['emergency_support_24x7', 'sub_gitlab_dedicated', 'sub_usgov_12x5', 'sub_usgov_24x7'],
  },
  {
    rule: 'usgov_fedramp false takes all of them back',
    sections: ['usgov_fedramp', 'usgov_12x5'],
    instance: 'usgov',
    override: { usgov_fedramp: false },
    gives: { support_level: 'custom' },
    checked: ['sub_usgov_12x5'],
  },
  {
    rule: 'sub_usgov_24x7 true does not change 12x5',
    sections: ['usgov_12x5'],
    instance: 'usgov',
    override: { sub_usgov_24x7: true },
    gives: { support_level: 'custom' },
    checked: ['emergency_support_24x7', 'sub_usgov_12x5', 'sub_usgov_24x7'],
  },
  {
    rule: 'sub_usgov_24x7 false does not add 12x5',
    sections: ['sm_premium', 'usgov_24x7'],
    instance: 'usgov',
    override: { sub_usgov_24x7: false },
    gives: { support_level: 'premium' },
    checked: ['sub_sm_premium'],
  },
  {
    rule: 'sub_ss_enterprise true makes sub_ss_ase true, even against an override',
    sections: ['sm_premium'],
    override: { sub_ss_enterprise: true, sub_ss_ase: false },
    gives: { support_level: 'premium' },
    checked: ['sub_sm_premium', 'sub_ss_ase', 'sub_ss_enterprise'],
  },
  {
    rule: 'a later date on a live object replaces only the date',
    sections: ['sm_premium'],
    override: { expiration_date: '2028-01-01' },
    gives: { support_level: 'premium', expiration_date: '2028-01-01', seats_decimal: 10 },
  },
  {
    rule: 'an earlier date within grace does not expire',
    sections: ['sm_premium'],
    override: { expiration_date: IN_GRACE },
    gives: { support_level: 'premium', expiration_date: IN_GRACE, account_type: 'customer' },
    checked: ['sub_sm_premium'],
  },
  {
    rule: 'a date before grace expires the object despite its charges and the rest of the override',
    sections: ['sm_ultimate', 'ss_enterprise'],
    override: {
      expiration_date: LAPSED,
      support_level: 'gold',
      seats: 99,
      sub_edu: true,
      support_hold: true,
    },
    gives: {
      support_level: 'expired',
      account_type: 'former_customer',
      expiration_date: LAPSED,
      seats_decimal: 0,
      aar: 0,
      support_hold: true,
    },
    checked: [],
  },
  {
    rule: 'a date before grace expires the object on US Government too, with its 12x5 and 24x7 support',
    sections: ['usgov_fedramp'],
    instance: 'usgov',
    override: { expiration_date: LAPSED },
    gives: { support_level: 'expired', number_of_seats: 0, arr: 0 },
    checked: [],
  },
  {
    rule: 'a date within grace extends an expired object: its last charges count again',
    sections: ['sm_premium'],
    ends: LAPSED,
    override: { expiration_date: IN_GRACE },
    gives: {
      support_level: 'premium',
      account_type: 'customer',
      aar: 1200,
      seats_decimal: 10,
      expiration_date: IN_GRACE,
    },
    checked: ['sub_sm_premium'],
  },
  {
    rule: 'a date before grace does not extend',
    sections: ['sm_premium'],
    ends: '2026-01-01',
    override: { expiration_date: LAPSED },
    gives: { support_level: 'expired', expiration_date: LAPSED, aar: 0 },
    checked: [],
  },
]

test.each(CASES)('$rule', ({ sections, ends, instance = 'global', override, gives, checked }) => {
  const object = objectOf(accountOf(sections, ends), instance, { override })
  expect(object).toMatchObject(gives)
  if (checked) expect(checkedOn(object)).toEqual(checked)
})

test('every override changes the object, unless its rule says otherwise', () => {
  const unchanged = CASES.filter(({ sections, ends, instance = 'global', override }) => {
    const account = accountOf(sections, ends)
    return (
      JSON.stringify(objectOf(account, instance)) ===
      JSON.stringify(objectOf(account, instance, { override }))
    )
  }).map(({ rule }) => rule)
  expect(unchanged).toEqual([
    'a reason without other keys changes nothing',
    'a support level below the winner has no effect',
    'custom as a support level is a candidate below consumption_only',
    'a checkbox set true adds no level where its charges already added one',
    'the same is true of silver',
    'a checkbox set false changes nothing if no charge gives it',
    'a checkbox that US Government does not have is ignored when true',
    'a checkbox that US Government does not have is ignored when false',
    'a checkbox that Global does not have is ignored',
  ])
})

test('an extension counts the charges that end on the computed date, and not those that ended before', () => {
  const account = anAccount()
    .withSubscription(it =>
      it
        .withCharge(CHARGE_OF.sm_premium, { ends: '2026-05-01', quantity: 10 })
        .withCharge(CHARGE_OF.sm_ultimate, { ends: '2026-04-30', quantity: 99 }),
    )
    .withSubscription(it => it.withCharge(CHARGE_OF.edu, { ends: '2026-05-01', quantity: 20 }))
    .build()
  const object = objectOf(account, 'global', { override: { expiration_date: '2026-12-31' } })
  expect(object).toMatchObject({ support_level: 'premium', seats_decimal: 20, expiration_date: '2026-12-31' })
  expect(checkedOn(object)).toEqual(['sub_edu', 'sub_sm_premium'])
})

test('a later date does not bring back charges that expired while others are active', () => {
  const account = anAccount()
    .withSubscription(it =>
      it.withCharge(CHARGE_OF.sm_premium).withCharge(CHARGE_OF.sm_ultimate, { ends: LAPSED }),
    )
    .build()
  expect(objectOf(account, 'global', { override: { expiration_date: '2028-01-01' } })).toMatchObject({
    support_level: 'premium',
  })
})

test('support_hold false releases an account on hold', () => {
  const account = { ...accountOf(['sm_premium']), support_hold: true }
  expect(objectOf(account, 'global')).toMatchObject({ support_hold: true })
  expect(objectOf(account, 'global', { override: { support_hold: false } })).toMatchObject({
    support_hold: false,
  })
})

test("if US Government lacks a charge's checkbox, that charge does not make the object custom", () => {
  const account = accountOf(['ss_growth', 'usgov_12x5'])
  const object = objectOf(account, 'usgov', { override: { sub_usgov_12x5: false } })
  expect(object).toMatchObject({ support_level: 'expired', account_type: 'former_customer', arr: 0 })
  expect(checkedOn(object)).toEqual([])
})

test('an override changes both objects of an account', () => {
  const account = anAccount()
    .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium))
    .withSubscription(it => it.withCharge(CHARGE_OF.usgov_12x5))
    .build()
  const override = { sub_gitlab_dedicated: true }
  for (const instance of ['global', 'usgov'] as const) {
    expect(objectOf(account, instance, { override })).toMatchObject({
      sub_gitlab_dedicated: true,
      support_level: 'ultimate',
    })
  }
})

describe('a support level without effect is reported', () => {
  test.each<[string, SectionName, Record<string, unknown>, string | undefined]>([
    ['below the winner', 'sm_ultimate', { support_level: 'premium' }, 'premium'],
    ['the winner already', 'sm_ultimate', { support_level: 'ultimate' }, undefined],
    ['above the winner', 'dotcom_gold', { support_level: 'ultimate' }, undefined],
    [
      'on an object that its date expires',
      'sm_ultimate',
      { support_level: 'gold', expiration_date: LAPSED },
      'gold',
    ],
    ['none given', 'sm_ultimate', { seats: 3 }, undefined],
  ])('%s', (_when, section, override, withoutEffect) => {
    expect(must(decisionOf(accountOf([section]), 'global', { override })).levelWithoutEffect).toBe(
      withoutEffect,
    )
  })
})
