import { expect, test } from 'vitest'
import { attributesOf, type Instance, readOverrides } from '../../../domain/index.ts'
import { anAccount } from '../../../domain/test/account-builder.ts'
import { CHARGE_OF, decisionOf, must } from '../../../domain/test/rules.ts'
import { reasonOf } from '../reasons.ts'

type Section = keyof typeof CHARGE_OF

/** Why an attribute has its value, of an account with one charge a section; all end on the day given. */
function reason(
  key: string,
  sections: readonly Section[],
  {
    override,
    instance = 'global',
    ends = '2027-01-31',
  }: { override?: object; instance?: Instance; ends?: string },
): string {
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

const ENDED = '2026-05-01'

test.each<[string, string, Section[], Parameters<typeof reason>[2]]>([
  ['"Premium - 1 Year" is active', 'sub_sm_premium', ['sm_premium'], {}],
  ['"Premium - 1 Year" ended 2026-05-01', 'sub_sm_premium', ['sm_premium'], { ends: ENDED }],
  ['no charge sets it', 'sub_edu', ['sm_premium'], {}],
  ['the override sets it', 'sub_edu', ['sm_premium'], { override: { sub_edu: true } }],
  ['the override takes it back', 'sub_sm_premium', ['sm_premium'], { override: { sub_sm_premium: false } }],
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
    'the override takes it back',
    'sub_usgov_12x5',
    ['usgov_12x5', 'sm_premium'],
    { instance: 'usgov', override: { sub_usgov_12x5: false } },
  ],
  ['sub_usgov_24x7 is set', 'emergency_support_24x7', ['usgov_24x7'], { instance: 'usgov' }],
  ['the highest of 2 candidates', 'support_level', ['sm_premium', 'dotcom_ultimate'], {}],
  ["the override's support_level", 'support_level', ['ss_ase'], { override: { support_level: 'gold' } }],
  ["the override's sub_edu", 'support_level', ['ss_ase'], { override: { sub_edu: true } }],
  ['no candidate for a level, but sub_ss_ase is set', 'support_level', ['ss_ase'], {}],
  ['no candidate for a level, and no checkbox', 'support_level', ['sm_premium'], { ends: ENDED }],
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
  ['the most of its active charges: "Premium - 1 Year", 10.5', 'seats_decimal', ['sm_premium'], {}],
  [
    'the most of its active charges: "GitLab Dedicated for US Public Sector - Ultimate - 1 Year", 10.5, rounded',
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
  ['always: what is entitled is not marked', 'mark_for_deletion', ['sm_premium'], {}],
])('%s: %s', (expected, key, sections, given) => {
  expect(reason(key, sections, given)).toBe(expected)
})
