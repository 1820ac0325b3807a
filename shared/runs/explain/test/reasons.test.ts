import { describe, expect, test } from 'vitest'
import { addDays, attributesOf, GRACE_DAYS, type Instance, readOverrides } from '../../../domain/index.ts'
import { anAccount, day, IN_GRACE, LAPSED, TODAY } from '../../../domain/test/account-builder.ts'
import { CHARGE_OF, decisionOf, must } from '../../../domain/test/rules.ts'
import type { ValueReason } from '../reason.ts'
import { levelText, valuePath, valueText } from '../reason-text.ts'
import { reasonOf } from '../reasons.ts'

type Section = keyof typeof CHARGE_OF

/** Why an attribute has its value, for an account with one charge per section. All end on the given date. */
function reason(
  key: string,
  sections: readonly Section[],
  {
    override,
    instance = 'global',
    ends = '2027-01-31',
  }: { override?: object; instance?: Instance; ends?: string },
): ValueReason {
  const account = anAccount()
    .withSubscription(subscription => {
      for (const section of sections) subscription.withCharge(CHARGE_OF[section], { ends, quantity: 10.5 })
      return subscription
    })
    .build()
  const entry = { salesforce_id: account.salesforce_id, ...override }
  const decision = must(decisionOf(account, instance, override ? { override: { ...override } } : {}))
  const attribute = must(attributesOf(instance).find(one => one.key === key))
  const [parsed] = readOverrides([entry], 'overrides.yml').byKey.values()
  return reasonOf(attribute, { account, decision, override: override ? parsed : undefined })
}

const ENDED = day('2026-05-01')
const GRACE_ENDED = addDays(ENDED, GRACE_DAYS)
const GRACE = `the ${GRACE_DAYS} days of grace`

test.each<[string, string, Section[], Parameters<typeof reason>[2]]>([
  ['"Premium - 1 Year" is active', 'sub_sm_premium', ['sm_premium'], {}],
  ['"Premium - 1 Year" ended 2026-05-01', 'sub_sm_premium', ['sm_premium'], { ends: ENDED }],
  ['no charge sets it', 'sub_edu', ['sm_premium'], {}],
  ['the override sets it', 'sub_edu', ['sm_premium'], { override: { sub_edu: true } }],
  ['the override clears it', 'sub_sm_premium', ['sm_premium'], { override: { sub_sm_premium: false } }],
  [
    "the override's date expires it",
    'sub_sm_premium',
    ['sm_premium'],
    { override: { expiration_date: ENDED } },
  ],
  ['follows from sub_ss_enterprise', 'sub_ss_ase', ['ss_enterprise'], {}],
  ['follows from usgov_fedramp', 'sub_usgov_24x7', ['usgov_fedramp'], { instance: 'usgov' }],
  ['no charge sets it', 'sub_usgov_12x5', ['usgov_fedramp'], { instance: 'usgov' }],
  [
    'the override clears it',
    'sub_usgov_12x5',
    ['usgov_12x5', 'sm_premium'],
    { instance: 'usgov', override: { sub_usgov_12x5: false } },
  ],
  ['follows from sub_usgov_24x7', 'emergency_support_24x7', ['usgov_24x7'], { instance: 'usgov' }],
  [
    'the highest of 2 candidates: "SaaS - Ultimate - 1 Year" (dotcom_ultimate)',
    'support_level',
    ['sm_premium', 'dotcom_ultimate'],
    {},
  ],
  ["the override's support_level", 'support_level', ['ss_ase'], { override: { support_level: 'gold' } }],
  ["the override's sub_edu", 'support_level', ['ss_ase'], { override: { sub_edu: true } }],
  ['no candidate for a level, but sub_ss_ase is set', 'support_level', ['ss_ase'], {}],
  [
    `"Premium - 1 Year" ended 2026-05-01, its ${GRACE_DAYS} days of grace ended ${GRACE_ENDED}`,
    'support_level',
    ['sm_premium'],
    { ends: ENDED },
  ],
  [
    'no candidate for a level, and no checkbox is set',
    'support_level',
    ['sm_premium'],
    { override: { sub_sm_premium: false } },
  ],
  [
    "the override's date, which expires it",
    'support_level',
    ['sm_premium'],
    { override: { expiration_date: ENDED } },
  ],
  ['"Premium - 1 Year" ends last', 'expiration_date', ['sm_premium'], {}],
  ["the override's date", 'expiration_date', ['sm_premium'], { override: { expiration_date: '2027-05-01' } }],
  [
    "the override's date, which extends it",
    'expiration_date',
    ['sm_premium'],
    { ends: ENDED, override: { expiration_date: '2027-05-01' } },
  ],
  [
    "the override's date, which expires it",
    'expiration_date',
    ['sm_premium'],
    { override: { expiration_date: ENDED } },
  ],
  [
    'the highest quantity of its active charges: "Premium - 1 Year", 10.5',
    'seats_decimal',
    ['sm_premium'],
    {},
  ],
  [
    'the highest quantity of its active charges: "GitLab Dedicated for US Public Sector - Ultimate - 1 Year", 10.5, rounded',
    'number_of_seats',
    ['usgov_fedramp'],
    { instance: 'usgov' },
  ],
  ['the override', 'seats_decimal', ['sm_premium'], { override: { seats: 3 } }],
  ['the override', 'seats_decimal', ['sm_premium'], { override: { seats: 0 } }],
  [
    "the override's date expires it",
    'seats_decimal',
    ['sm_premium'],
    { override: { expiration_date: ENDED } },
  ],
  ['no active charge counts seats', 'seats_decimal', ['ss_ase'], {}],
  ['support is expired', 'account_type', ['sm_premium'], { ends: ENDED }],
  ['0 when expired', 'aar', ['sm_premium'], { ends: ENDED }],
  ['Salesforce: CARR_This_Account__c', 'aar', ['sm_premium'], {}],
  ['Salesforce: Support_Hold__c', 'support_hold', ['sm_premium'], { override: { seats: 3 } }],
  ['the override', 'support_hold', ['sm_premium'], { override: { support_hold: true } }],
  [
    'Salesforce: Account_Demographics_Geo__c, Account_Demographics_Region__c',
    'org_region',
    ['sm_premium'],
    {},
  ],
  ['always: an entitled organization is not marked', 'mark_for_deletion', ['sm_premium'], {}],
])('%s: %s', (expected, key, sections, given) => {
  expect(valueText(reason(key, sections, given))).toBe(expected)
})

describe('the support level as an answer', () => {
  /** From 1 January to TODAY. */
  const DAYS_IN_2026 = 180
  const inWords = (date: string) =>
    new Date(date).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
  const answer = (sections: Section[], given: Parameters<typeof reason>[2] = {}) =>
    levelText('LEVEL', reason('support_level', sections, given), TODAY)

  test.each<[string, Section[], Parameters<typeof reason>[2]]>([
    ['"Premium - 1 Year" is active until 31 January 2027', ['sm_premium'], {}],
    ['"Premium - 1 Year" is active until 30 June', ['sm_premium'], { ends: TODAY }],
    [
      `"Premium - 1 Year" ended yesterday; ${GRACE} end on ${inWords(addDays(TODAY, GRACE_DAYS - 1))}`,
      ['sm_premium'],
      { ends: '2026-06-29' },
    ],
    [
      `"Premium - 1 Year" ended ${GRACE_DAYS} days ago; ${GRACE} end on 30 June`,
      ['sm_premium'],
      { ends: IN_GRACE },
    ],
    [`Premium ended ${GRACE_DAYS + 1} days ago; ${GRACE} ended on 29 June`, ['sm_premium'], { ends: LAPSED }],
    [
      `Premium ended ${DAYS_IN_2026 + GRACE_DAYS} days ago; ${GRACE} ended on 1 January`,
      ['sm_premium'],
      { ends: addDays(day('2026-01-01'), -GRACE_DAYS) },
    ],
    [
      `Premium ended ${DAYS_IN_2026 + 1 + GRACE_DAYS} days ago; ${GRACE} ended on 31 December 2025`,
      ['sm_premium'],
      { ends: addDays(day('2025-12-31'), -GRACE_DAYS) },
    ],
    [
      `Consumption only ended ${GRACE_DAYS + 1} days ago; ${GRACE} ended on 29 June`,
      ['consumption_storage'],
      { ends: LAPSED },
    ],
    [
      '"Premium - 1 Year" ended 60 days ago, and the override\'s date extends it',
      ['sm_premium'],
      { ends: ENDED, override: { expiration_date: '2027-05-01' } },
    ],
    ["the override's date, which expires it", ['sm_premium'], { override: { expiration_date: ENDED } }],
    [
      '"SaaS - Ultimate - 1 Year" is active until 31 January 2027 (the highest of 2 candidates)',
      ['sm_premium', 'dotcom_ultimate'],
      {},
    ],
    ['no candidate for a level, but sub_ss_ase is set', ['ss_ase'], {}],
  ])('%s', (expected, sections, given) => {
    expect(answer(sections, given)).toBe(`LEVEL: ${expected}`)
  })
})

describe('the path of a value', () => {
  const path = (key: string, sections: Section[], given: Parameters<typeof reason>[2] = {}) =>
    valuePath(reason(key, sections, given), key, 'VALUE')

  test.each<[string, Section[], Parameters<typeof reason>[2], string[]]>([
    ['support_level', ['sm_premium'], {}, ['level premium']],
    ['support_level', ['sm_premium', 'ss_ase'], {}, ['level premium']],
    ['support_level', ['sm_premium'], { ends: ENDED }, [`ended 2026-05-01, grace until ${GRACE_ENDED}`]],
    ['sub_sm_premium', ['sm_premium'], {}, ['active']],
    ['sub_sm_premium', ['sm_premium'], { ends: ENDED }, ['ended 2026-05-01']],
    ['seats_decimal', ['sm_premium'], {}, ['quantity 10.5, the highest']],
    ['expiration_date', ['sm_premium'], {}, ['ends 2027-01-31, the last']],
  ])('%s: charge, section, what it gives, field', (key, sections, given, step) => {
    expect(path(key, sections, given)).toEqual([
      'charge "Premium - 1 Year"',
      'section sm_premium',
      ...step,
      `${key} VALUE`,
    ])
  })

  test('a value that does not come from a charge has none', () => {
    expect(path('aar', ['sm_premium'])).toBeNull()
    expect(path('sub_edu', ['sm_premium'])).toBeNull()
    expect(path('seats_decimal', ['sm_premium'], { override: { seats: 3 } })).toBeNull()
  })
})
