import { describe, expect, test } from 'vitest'
import { attributesOf, type Instance, soldTos } from '../index.ts'
import type { SectionName } from '../sections.ts'
import { ACCOUNT_ID, anAccount, LAPSED } from './account-builder.ts'
import { CHARGE_OF, checkedOn, decisionOf, must, objectOf } from './rules.ts'

function accountWith(...sections: SectionName[]) {
  return anAccount()
    .withSubscription(it => sections.reduce((built, section) => built.withCharge(CHARGE_OF[section]), it))
    .build()
}

function expiredAccount(section: SectionName, exception = false) {
  return anAccount({ exception })
    .withSubscription(it => it.withCharge(CHARGE_OF[section], { ends: LAPSED, quantity: 50 }))
    .build()
}

function accountWithSeats(...quantities: number[]) {
  return anAccount()
    .withSubscription(it =>
      quantities.reduce((built, quantity) => built.withCharge(CHARGE_OF.sm_premium, { quantity }), it),
    )
    .build()
}

test.each<[string, SectionName[]]>([
  ['ultimate', ['sm_ultimate', 'dotcom_gold']],
  ['gold', ['dotcom_gold', 'sm_premium']],
  ['premium', ['sm_premium', 'dotcom_silver']],
  ['silver', ['dotcom_silver', 'consumption_storage']],
  ['consumption_only', ['consumption_storage', 'edu']],
  ['consumption_only', ['consumption_eap', 'ss_growth']],
  ['community', ['oss', 'ss_growth']],
  ['custom', ['ss_growth']],
])('the highest candidate wins: %s of %j', (support_level, sections) => {
  expect(objectOf(accountWith(...sections), 'global')).toMatchObject({ support_level })
  expect(objectOf(accountWith(...sections.toReversed()), 'global')).toMatchObject({ support_level })
})

test('levels and checkboxes come from the active charges of all subscriptions', () => {
  const account = anAccount()
    .withSubscription(it =>
      it.withCharge(CHARGE_OF.sm_premium).withCharge(CHARGE_OF.sm_ultimate, { ends: LAPSED }),
    )
    .withSubscription(it => it.withCharge(CHARGE_OF.edu))
    .build()
  const object = objectOf(account, 'global')
  expect(object).toMatchObject({ support_level: 'premium' })
  expect(checkedOn(object)).toEqual(['sub_edu', 'sub_sm_premium'])
})

describe('seats', () => {
  test.each([
    [[10, 25, 7], 25],
    [[0], 0],
    [[2.504], 2.5],
    [[2.505], 2.51],
    [[10.005], 10.01],
    [[-5], 0],
  ])('from quantities %j are the highest, at least 0, with 2 decimals on Global: %d', (quantities, seats) => {
    expect(objectOf(accountWithSeats(...quantities), 'global')).toMatchObject({ seats_decimal: seats })
  })

  test.each([
    [[10, 25, 7], 25],
    [[2.01], 3],
    [[2], 2],
    // They are rounded to 2 decimals first, as on Global.
    [[0.001], 0],
    [[20.004], 20],
    [[20.005], 21],
  ])('from quantities %j are rounded up to a whole number on US Government: %d', (quantities, seats) => {
    const account = { ...accountWithSeats(...quantities), exception: true }
    expect(objectOf(account, 'usgov')).toMatchObject({ number_of_seats: seats })
  })

  test('come from active charges of sections that count them', () => {
    const account = anAccount()
      .withSubscription(it =>
        it
          .withCharge(CHARGE_OF.sm_premium, { quantity: 10 })
          .withCharge(CHARGE_OF.sm_ultimate, { quantity: 900, ends: LAPSED })
          .withCharge(CHARGE_OF.consumption_storage, { quantity: 800 }),
      )
      .build()
    expect(objectOf(account, 'global')).toMatchObject({ seats_decimal: 10 })
  })
})

describe('expiration_date', () => {
  test("is the latest end date of the selected subscriptions' valid charges, active or not", () => {
    const account = anAccount()
      .withSubscription(it =>
        it
          .withCharge(CHARGE_OF.sm_premium, { ends: '2026-09-01' })
          .withCharge(CHARGE_OF.sm_ultimate, { ends: '2026-12-31' })
          .withCharge('Training Day', { ends: '2030-01-01' }),
      )
      .withSubscription(it => it.withCharge(CHARGE_OF.usgov_12x5, { ends: '2029-01-01' }))
      .build()
    expect(objectOf(account, 'global')).toMatchObject({ expiration_date: '2026-12-31' })
    expect(objectOf(account, 'usgov')).toMatchObject({ expiration_date: '2029-01-01' })
  })

  test('is the latest end date of the expired charges if no charge is active', () => {
    const account = anAccount()
      .withSubscription(it =>
        it
          .withCharge(CHARGE_OF.sm_premium, { ends: '2025-02-01' })
          .withCharge(CHARGE_OF.sm_premium, { ends: '2025-03-01' }),
      )
      .build()
    expect(objectOf(account, 'global')).toMatchObject({
      expiration_date: '2025-03-01',
      support_level: 'expired',
    })
  })
})

describe('an expired object', () => {
  test.each<[Instance, SectionName, boolean, string, string]>([
    ['global', 'sm_ultimate', false, 'aar', 'seats_decimal'],
    ['usgov', 'usgov_24x7', false, 'arr', 'number_of_seats'],
    ['usgov', 'usgov_fedramp', false, 'arr', 'number_of_seats'],
    ['usgov', 'sm_ultimate', true, 'arr', 'number_of_seats'],
  ])(
    'on %s, after a charge of %s has ended, is a former customer without checkboxes, revenue or seats',
    (instance, section, exception, arr, seats) => {
      const object = objectOf(expiredAccount(section, exception), instance)
      expect(object).toMatchObject({
        support_level: 'expired',
        account_type: 'former_customer',
        expiration_date: LAPSED,
        [arr]: 0,
        [seats]: 0,
      })
      expect(checkedOn(object)).toEqual([])
    },
  )

  test('that is entitled again is a customer with its revenue', () => {
    expect(objectOf(accountWith('sm_premium'), 'global')).toMatchObject({
      account_type: 'customer',
      aar: 1200,
    })
    expect(objectOf(accountWith('usgov_12x5'), 'usgov')).toMatchObject({
      account_type: 'customer',
      arr: 1200,
    })
  })
})

describe("US Government's 12x5 and 24x7 support", () => {
  test.each<[SectionName[], string[]]>([
    [
      ['sm_premium', 'usgov_12x5'],
      ['sub_sm_premium', 'sub_usgov_12x5'],
    ],
    [
      ['sm_premium', 'usgov_24x7'],
      ['emergency_support_24x7', 'sub_sm_premium', 'sub_usgov_24x7'],
    ],
    [
      ['usgov_12x5', 'usgov_24x7'],
      ['emergency_support_24x7', 'sub_usgov_12x5', 'sub_usgov_24x7'],
    ],
    [['usgov_fedramp'], ['emergency_support_24x7', 'sub_gitlab_dedicated', 'sub_usgov_24x7']],
    [
      ['usgov_fedramp', 'usgov_12x5'],
      ['emergency_support_24x7', 'sub_gitlab_dedicated', 'sub_usgov_12x5', 'sub_usgov_24x7'],
    ],
  ])('of %j gives %j', (sections, checked) => {
    expect(checkedOn(objectOf(accountWith(...sections), 'usgov'))).toEqual(checked)
  })

  test('comes only from charges: an exception account without a US Government charge has none', () => {
    const account = { ...accountWith('ss_ase'), exception: true }
    expect(checkedOn(objectOf(account, 'usgov'))).toEqual(['sub_ss_ase'])
  })

  test('is not on Global', () => {
    const object = objectOf(accountWith('sm_premium'), 'global')
    for (const key of ['sub_usgov_12x5', 'sub_usgov_24x7', 'emergency_support_24x7', 'usgov_fedramp']) {
      expect(object).not.toHaveProperty(key)
    }
  })
})

test('an object has exactly the attributes of its instance', () => {
  const account = anAccount()
    .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium))
    .withSubscription(it => it.withCharge(CHARGE_OF.usgov_fedramp))
    .build()
  for (const instance of ['global', 'usgov'] as const) {
    const keys = attributesOf(instance).map(({ key }) => key)
    expect(Object.keys(objectOf(account, instance)).sort()).toEqual(keys.sort())
  }
})

test("an object has the account's own attributes, by the instance's names", () => {
  const build = (section: SectionName) =>
    anAccount({
      salesforce_id: ACCOUNT_ID.slice(0, 15),
      region: 'APJ',
      restricted: true,
      escalated: true,
      support_hold: true,
    })
      .withSubscription(it => it.withCharge(CHARGE_OF[section], { quantity: 4 }))
      .build()
  const both = {
    name: 'Tanuki Inc',
    salesforce_id: ACCOUNT_ID,
    sfdc_short_id: ACCOUNT_ID.slice(0, 15),
    account_owner: 'Olga Owner',
    technical_account_manager: 'Tom Manager',
    solutions_architect: 'Sara Architect',
    restricted_account: true,
    org_in_escalated_state: true,
    support_hold: true,
    mark_for_deletion: false,
  }
  expect(objectOf(build('sm_premium'), 'global')).toMatchObject({
    ...both,
    aar: 1200,
    sales_segmentation: 'large',
    org_region: 'apj',
    seats_decimal: 4,
  })
  expect(objectOf(build('usgov_fedramp'), 'usgov')).toMatchObject({
    ...both,
    arr: 1200,
    market_segment: 'large',
    number_of_seats: 4,
  })
})

test('an account outside the support regions has no org_region', () => {
  const account = { ...accountWith('sm_premium'), region: null }
  expect(objectOf(account, 'global')).toMatchObject({ org_region: null })
})

describe('sold_tos', () => {
  test('are the addresses of subscriptions with an active charge, in order, then that of the account', () => {
    const account = anAccount({ sold_to_email: 'account@tanuki.example' })
      .withSubscription(it =>
        it
          .soldTo('second@tanuki.example')
          .withCharge(CHARGE_OF.sm_ultimate, { ends: LAPSED })
          .withCharge(CHARGE_OF.sm_premium),
      )
      .withSubscription(it => it.soldTo('gone@tanuki.example').withCharge(CHARGE_OF.edu, { ends: LAPSED }))
      .withSubscription(it => it.soldTo('usgov@tanuki.example').withCharge(CHARGE_OF.usgov_12x5))
      .withSubscription(it => it.soldTo('unmapped@tanuki.example').withCharge('Training Day'))
      .withSubscription(it => it.soldTo('first@tanuki.example').withCharge(CHARGE_OF.oss))
      .build()
    expect(soldTos(account, must(decisionOf(account, 'global')))).toEqual([
      'second@tanuki.example',
      'first@tanuki.example',
      'account@tanuki.example',
    ])
  })

  test('are trimmed, in lower case, each once, and never empty', () => {
    const account = anAccount({ sold_to_email: ' ADA@tanuki.example' })
      .withSubscription(it => it.soldTo('Ada@Tanuki.example ').withCharge(CHARGE_OF.sm_premium))
      .withSubscription(it => it.soldTo('  ').withCharge(CHARGE_OF.sm_premium))
      .withSubscription(it => it.soldTo(null).withCharge(CHARGE_OF.sm_premium))
      .build()
    expect(soldTos(account, must(decisionOf(account, 'global')))).toEqual(['ada@tanuki.example'])
  })

  test('include subscriptions whose charges an override extends', () => {
    const account = anAccount()
      .withSubscription(it => it.soldTo('ada@tanuki.example').withCharge(CHARGE_OF.edu, { ends: LAPSED }))
      .build()
    const override = { expiration_date: '2026-12-31' }
    expect(soldTos(account, must(decisionOf(account, 'global')))).toEqual([])
    expect(soldTos(account, must(decisionOf(account, 'global', { override })))).toEqual([
      'ada@tanuki.example',
    ])
  })
})
