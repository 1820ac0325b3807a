import { buildWorld, emptySalesforce, type World } from '@support-sync/fixtures/world'
import { attributesOf, type Instance } from '@support-sync/shared/domain'
import { accountId, TODAY } from './accounts.ts'

/** Zendesk's ids have 12 digits or more. */
export const FIRST_ID = 360_000_000_000

/** A world without records, with both instances' fields. */
export function emptyWorld(): World {
  const { global, usgov } = buildWorld(TODAY)
  return {
    salesforce: emptySalesforce(),
    global: { ...global, organizations: [], users: [] },
    usgov: { ...usgov, organizations: [], users: [] },
    overrides: '[]',
  }
}

/** An object with only the attributes that every organization has. */
export function plainObject(instance: Instance, number: number): Record<string, unknown> {
  const empty = attributesOf(instance).map(({ key, kind }) => [key, kind.name === 'checkbox' ? false : null])
  return {
    ...Object.fromEntries(empty),
    salesforce_id: accountId(number),
    name: `Company ${number}`,
    support_level: 'premium',
    expiration_date: '2027-06-30',
  }
}

/** This many organizations of one instance, as Zendesk holds them. */
export function organizations(count: number, instance: Instance) {
  return Array.from({ length: count }, (_, index) => {
    const { name, ...fields } = plainObject(instance, index + 1)
    return { id: FIRST_ID + index, name: String(name), organization_fields: fieldsOf(fields) }
  })
}

function fieldsOf(values: Record<string, unknown>): Record<string, string | boolean | null> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'boolean' ? value : value === null ? null : String(value),
    ]),
  )
}

/** One in this many accounts has enough charges for further pages. */
const EVERY_LARGE = 200
const CHARGES_OF_LARGE = 250
/** Salesforce's page size, and an assumed one for child sets, which Salesforce does not document. */
export const PAGES = { rows: 2000, childRows: 200 }

/** Adds accounts with two subscriptions and three charges each, some with further pages of charges. */
export function addAccounts(world: World, count: number): void {
  const {
    Account,
    Zuora__Subscription__c: subscriptions,
    Zuora__SubscriptionProductCharge__c: charges,
  } = world.salesforce
  for (let number = 1; number <= count; number += 1) {
    const Id = accountId(number)
    Account.push({
      Id,
      Account_ID_18__c: Id,
      Name: `Company ${number}`,
      Type: 'Customer',
      CARR_This_Account__c: 1000,
      Support_Hold__c: false,
    })
    const ids = [1, 2].map(place => `a1SAb${String(number * 2 + place).padStart(10, '0')}MAA`)
    for (const sub of ids) {
      subscriptions.push({
        Id: sub,
        Name: sub,
        Zuora__Account__c: Id,
        Subscription_ID_18__c: sub,
        Zuora__Status__c: 'Active',
        Zuora__SubscriptionStartDate__c: '2026-01-01',
        Zuora__SubscriptionEndDate__c: '2027-01-01',
      })
    }
    const many = number % EVERY_LARGE === 0 ? CHARGES_OF_LARGE : 3
    for (let place = 0; place < many; place += 1) {
      charges.push({
        Id: `a1TAb${String(number * 300 + place).padStart(10, '0')}MAA`,
        Name: `C-${number}-${place}`,
        Zuora__Account__c: Id,
        Zuora__Subscription__c: ids[place % 2] ?? null,
        Zuora__SubscriptionRatePlanChargeName__c: 'Ultimate - 1 Year',
        Zuora__EffectiveStartDate__c: '2026-01-01',
        Zuora__EffectiveEndDate__c: '2027-01-01',
        Zuora__Quantity__c: 10,
        Subscription_Status__c: 'Active',
      })
    }
  }
}

/** The rows and child pages that `addAccounts` adds, for the capacity model. */
export function shapeOf(count: number): { rowsEach: number; childPages: number } {
  const large = Math.floor(count / EVERY_LARGE)
  const shown = (count - large) * 6 + large * (3 + PAGES.childRows)
  return { rowsEach: shown / count, childPages: large }
}
