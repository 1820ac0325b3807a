import { ExpectedError } from '../../runtime/errors/index.ts'
import {
  type Account,
  attributesOf,
  calendarOf,
  customerValues,
  type Day,
  type Decision,
  decide,
  type Instance,
  type Override,
  placeSubscriptions,
  readOverrides,
  readPlans,
  type SyncObject,
} from '../index.ts'
import { SECTIONS, type SectionName } from '../sections.ts'
import { TODAY } from './account-builder.ts'

const LISTED = {
  sm_ultimate: 'Ultimate - 1 Year',
  sm_premium: 'Premium - 1 Year',
  dotcom_ultimate: 'SaaS - Ultimate - 1 Year',
  dotcom_gold: 'Gold - 1 Year',
  dotcom_premium: 'SaaS - Premium - 1 Year',
  dotcom_silver: 'Silver - 1 Year',
  gitlab_dedicated: 'Dedicated - Administration Fee  [XLarge] - 1 Year',
  edu: '[EDU Program] SaaS - Ultimate - 1 Year',
  oss: '[OSS Program] SaaS - Ultimate - 1 Year',
  community_other: 'Startups Program - 1 Year',
  consumption_cicd_minutes: '1,000 Compute Minutes',
  consumption_storage: 'Gitlab Storage 10GB - 1 Year',
  consumption_eap: 'Enterprise Agile Planning - 1 Year',
  consumption_duo_premium: 'Duo Pro - 1 Year',
  consumption_duo_enterprise: 'Duo Enterprise - 1 Year',
  consumption_duo_amazon_q: 'Duo with Amazon Q - 1 Year',
  ss_ase: 'Assigned Support Engineer - 1 Year',
  ss_growth: 'Success Services Growth - 1 Year',
  ss_enterprise: 'Success Services Enterprise - 1 Year',
  usgov_12x5: '12x5 US Citizen Support - 1 Year',
  usgov_24x7: '24x7 US Citizen Support - 1 Year',
  usgov_fedramp: 'GitLab Dedicated for US Public Sector - Ultimate - 1 Year',
} as const satisfies Partial<Record<SectionName, string>>

/** One charge name per section, as in plans.yml; by default the section's own name. */
export const CHARGE_OF: Readonly<Record<SectionName, string>> = {
  ...ownNames(),
  ...LISTED,
}

export const PLANS = readPlans(
  Object.fromEntries(Object.entries(CHARGE_OF).map(([section, name]) => [section, [name]])),
  'plans.yml',
)

function ownNames(): Record<SectionName, string> {
  // TypeScript cannot follow the keys through Object.fromEntries.
  return Object.fromEntries(SECTIONS.map(({ section }) => [section, section])) as Record<SectionName, string>
}

type Circumstances = { override?: Record<string, unknown>; today?: Day }

/** What the rules decide about an account on one instance; null if it has no object there. */
export function decisionOf(
  account: Account,
  instance: Instance,
  { override, today = TODAY }: Circumstances = {},
): Decision | null {
  const calendar = calendarOf(today)
  const placed = placeSubscriptions(account, PLANS, calendar)
  return decide(account, instance, { placed, override: overrideOf(account, override), calendar })
}

/** The object of an account on one instance. Throws if it has none there. */
export function objectOf(
  account: Account,
  instance: Instance,
  circumstances: Circumstances = {},
): SyncObject {
  const { entitlement } = must(decisionOf(account, instance, circumstances))
  const override = overrideOf(account, circumstances.override)
  return customerValues(account, entitlement, override, attributesOf(instance))
}

/** The subscription checkboxes and the emergency one that are true on an object, in alphabetical order. */
export function checkedOn(object: SyncObject): string[] {
  return Object.keys(object)
    .filter(key => (key.startsWith('sub_') || key.startsWith('emergency')) && object[key] === true)
    .sort()
}

export function must<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('expected a value')
  return value
}

function overrideOf(account: Account, override: Record<string, unknown> | undefined): Override | undefined {
  if (override === undefined) return undefined
  const entries = [{ salesforce_id: account.salesforce_id, ...override }]
  return must([...readOverrides(entries, 'overrides.yml').byKey.values()][0])
}

/** The `ExpectedError` that a function throws. Fails if it throws nothing or another error. */
export function expectedErrorOf(work: () => unknown): ExpectedError {
  try {
    work()
  } catch (error) {
    if (error instanceof ExpectedError) return error
    throw error
  }
  throw new Error('expected an ExpectedError')
}
