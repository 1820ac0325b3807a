import { seeded } from '../random.ts'

/** The date of all bench data. */
export const TODAY = '2026-11-23'

const PLANS = [
  'Ultimate - 1 Year',
  'Premium - 1 Year',
  'SaaS - Ultimate - 1 Year',
  'SaaS - Premium - 1 Year',
  'SaaS - Premium - 2 Year',
  'Gold - 1 Year',
  '[EDU Program] SaaS - Ultimate - 1 Year',
] as const
const ADDITIONS = [
  '1,000 Compute Minutes',
  'Gitlab Storage 10GB - 1 Year',
  'GitLab Duo Enterprise - 1 Year',
  'GitLab Duo Enterprise - 2 Year',
] as const
/** In no section of the plans. */
const UNMAPPED = 'Implementation Services - Onsite'
const USGOV = ['24x7 US Citizen Support - 1 Year', '12x5 US Citizen Support - 1 Year'] as const
const NAMES = ['Kingfisher', 'Harbour', 'Bluestone', 'Möwe', 'Northwind', 'Alder', 'Quarry', '東海'] as const
const PEOPLE = ['Dana Whitfield', 'Tomás Figueroa', 'Priya Raman', 'Noor El-Amin', 'Jo Field'] as const

/** The salesforce_id of the nth account. */
export function accountId(number: number): string {
  return `001Ab0000${number.toString(36).toUpperCase().padStart(6, '0')}AAA`
}

/**
 * Realistic accounts, each with two subscriptions of three charges. A fifth have ended, one in 25 has US Government
 * support. The same count always gives the same accounts.
 */
export function* generateAccounts(count: number): Generator<object> {
  const random = seeded(count)
  for (let number = 1; number <= count; number += 1) yield accountOf(number, random)
}

function accountOf(number: number, random: ReturnType<typeof seeded>): object {
  const salesforce_id = accountId(number)
  const isUsgov = random.happens(0.04)
  const hasEnded = random.happens(0.2)
  const year = hasEnded ? 2024 + random.below(2) : 2027
  const start_date = `${year - 1}-0${1 + random.below(9)}-1${random.below(10)}`
  const end_date = `${year}-0${1 + random.below(9)}-1${random.below(10)}`
  const email = (person: string) => `${person}.${number}@customer-${number}.example.com`
  const subscriptions = [1, 2].map(place => ({
    serial: number * 2 + place,
    id: `a1SAb${String(number * 2 + place).padStart(10, '0')}MAA`,
    names: [
      place === 2 && isUsgov ? random.pick(USGOV) : random.pick(PLANS),
      random.pick(ADDITIONS),
      random.happens(0.1) ? UNMAPPED : random.pick(ADDITIONS),
    ],
  }))
  return {
    salesforce_id,
    name: `${random.pick(NAMES)} ${random.pick(['Works', 'Systems', 'Group', 'Labs'])} ${number}`,
    arr: random.below(9_000_000) / 100,
    type: hasEnded ? 'Former Customer' : 'Customer',
    sales_segment: random.pick(['large', 'mid-market', 'smb', 'pubsec']),
    account_owner: random.pick(PEOPLE),
    technical_account_manager: random.happens(0.3) ? random.pick(PEOPLE) : null,
    restricted: random.happens(0.01),
    solutions_architect: random.happens(0.3) ? random.pick(PEOPLE) : null,
    region: random.pick(['AMER', 'APJ', 'EMEA']),
    sold_to_name: random.pick(PEOPLE),
    sold_to_email: email('account'),
    partner_track: null,
    partner_type: null,
    support_hold: random.happens(0.01),
    escalated: random.happens(0.01),
    exception: random.happens(0.01),
    subs: subscriptions.map(({ serial, id }) => ({
      id,
      name: `A-S${String(serial).padStart(9, '0')}`,
      subscription_id: id,
      status: hasEnded ? 'Expired' : 'Active',
      start_date,
      end_date,
      sold_to_email: email('buyer'),
    })),
    charges: subscriptions.flatMap(({ serial, id, names }) =>
      names.map((charge_name, place) => ({
        id: `a1TAb${String(serial * 3 + place).padStart(10, '0')}MAA`,
        name: `C-${String(serial * 3 + place).padStart(9, '0')}`,
        charge_name,
        subscription_id: id,
        start_date,
        end_date,
        quantity: 5 + random.below(5000),
      })),
    ),
  }
}
