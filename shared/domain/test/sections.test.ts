import { describe, expect, test } from 'vitest'
import type { SectionName } from '../sections.ts'
import { anAccount } from './account-builder.ts'
import { CHARGE_OF, checkedOn, decisionOf, objectOf } from './rules.ts'

// What one active charge of each section gives, again by hand.
type Row = [section: SectionName, checkboxes: string[], level: string, seats: boolean, usgov: string]
const GIVEN: Row[] = [
  ['sm_ultimate', ['sub_sm_ultimate'], 'ultimate', true, 'with exception'],
  ['sm_premium', ['sub_sm_premium'], 'premium', true, 'with exception'],
  ['dotcom_ultimate', ['sub_dotcom_ultimate'], 'ultimate', true, 'never'],
  ['dotcom_gold', ['sub_dotcom_ultimate'], 'gold', true, 'never'],
  ['dotcom_premium', ['sub_dotcom_premium'], 'premium', true, 'never'],
  ['dotcom_silver', ['sub_dotcom_premium'], 'silver', true, 'never'],
  ['gitlab_dedicated', ['sub_gitlab_dedicated'], 'ultimate', true, 'with exception'],
  ['edu', ['sub_edu'], 'community', true, 'never'],
  ['oss', ['sub_oss'], 'community', true, 'never'],
  ['community_other', ['sub_community_other'], 'community', true, 'never'],
  ['consumption_cicd_minutes', ['sub_consumption_cicd_minutes'], 'consumption_only', false, 'never'],
  ['consumption_storage', ['sub_consumption_storage'], 'consumption_only', false, 'never'],
  ['consumption_eap', ['sub_consumption_eap'], 'consumption_only', false, 'never'],
  ['consumption_duo_premium', ['sub_consumption_duo_premium'], 'consumption_only', false, 'with exception'],
  [
    'consumption_duo_enterprise',
    ['sub_consumption_duo_enterprise'],
    'consumption_only',
    false,
    'with exception',
  ],
  ['consumption_duo_amazon_q', ['sub_consumption_duo_amazon_q'], 'consumption_only', false, 'with exception'],
  ['ss_ase', ['sub_ss_ase'], 'custom', false, 'with exception'],
  ['ss_growth', ['sub_ss_growth'], 'custom', false, 'never'],
  ['ss_enterprise', ['sub_ss_ase', 'sub_ss_enterprise'], 'custom', false, 'never'],
  ['usgov_12x5', ['sub_usgov_12x5'], 'custom', false, 'always'],
  ['usgov_24x7', ['emergency_support_24x7', 'sub_usgov_24x7'], 'custom', false, 'always'],
  [
    'usgov_fedramp',
    ['emergency_support_24x7', 'sub_gitlab_dedicated', 'sub_usgov_24x7'],
    'ultimate',
    true,
    'always',
  ],
]

function accountWith(section: SectionName, exception: boolean) {
  return anAccount({ exception })
    .withSubscription(subscription => subscription.withCharge(CHARGE_OF[section], { quantity: 7 }))
    .build()
}

test('every section has its row in this table', () => {
  expect(GIVEN.map(([section]) => section).sort()).toEqual(Object.keys(CHARGE_OF).sort())
})

describe.each(GIVEN)('an active charge of %s', (section, checkboxes, support_level, countsSeats, usgov) => {
  test('gives its checkbox, level and seats, and nothing else', () => {
    const instance = usgov === 'always' ? 'usgov' : 'global'
    const object = objectOf(accountWith(section, false), instance)
    expect(checkedOn(object)).toEqual(checkboxes)
    expect(object).toMatchObject({ support_level, account_type: 'customer' })
    expect(instance === 'global' ? object.seats_decimal : object.number_of_seats).toBe(countsSeats ? 7 : 0)
  })

  test(`claims its subscription for US Government: ${usgov}`, () => {
    const instances = (exception: boolean) =>
      (['global', 'usgov'] as const).filter(instance => decisionOf(accountWith(section, exception), instance))
    expect(instances(false)).toEqual([usgov === 'always' ? 'usgov' : 'global'])
    expect(instances(true)).toEqual([usgov === 'never' ? 'global' : 'usgov'])
  })
})

test.each(GIVEN.filter(([, , , , usgov]) => usgov === 'with exception'))(
  '%s gives an exception account the same on US Government',
  (section, checkboxes, support_level, countsSeats) => {
    const object = objectOf(accountWith(section, true), 'usgov')
    expect(checkedOn(object)).toEqual([...checkboxes].sort())
    expect(object).toMatchObject({ support_level, number_of_seats: countsSeats ? 7 : 0 })
  },
)
