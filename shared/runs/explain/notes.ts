import {
  type Account,
  attributesOf,
  chargesOf,
  differences,
  type Instance,
  isKnownName,
  type PartnerType,
  planName,
  type SyncObject,
} from '../../domain/index.ts'
import { quoted } from './reasons.ts'
import type { Rules } from './rules.ts'

/** What is odd about an account, beyond what its subscriptions say. */
export function accountNotes(
  account: Account,
  partnerType: PartnerType | undefined,
  { plans, calendar }: Rules,
): string[] {
  const own = account.subs.flatMap(subscription => chargesOf(account, subscription))
  const stray = account.charges.filter(charge => !own.includes(charge))
  const names = unmappedNames(account, { plans, calendar })
  return [
    ...(names.length > 0
      ? [
          `UNMAPPED_CHARGES: ${names.join(', ')} is active and stands in no section of plans.yml: it gives nothing`,
        ]
      : []),
    ...(stray.length > 0
      ? [
          `${stray.length} charges belong to none of its subscriptions and are ignored: ${stray.map(charge => quoted({ charge })).join(', ')}`,
        ]
      : []),
    ...(partnerType !== undefined
      ? [`PARTNER_IS_CUSTOMER: its organization is of type ${partnerType} and becomes a customer's again`]
      : []),
  ]
}

/** The active charge names of an account that plans.yml does not list. */
export function unmappedNames(
  account: Account,
  { plans, calendar }: Pick<Rules, 'plans' | 'calendar'>,
): string[] {
  const unmapped = account.charges.filter(
    charge => charge.end_date >= calendar.expired_end_date && !isKnownName(plans, planName(charge)),
  )
  return [...new Set(unmapped.map(charge => quoted({ charge })))]
}

/** Whether what is decided here is what the run decided: it is not when rules or records changed in between. */
export function objectNotes(
  written: SyncObject | null | undefined,
  object: SyncObject | null,
  instance: Instance,
): string[] {
  if (written === undefined) return []
  const changes = differences(attributesOf(instance), written ?? {}, object ?? {})
  if (changes === null) return []
  const told = Object.entries(changes).map(([key, { from, to }]) => `${key} ${from}, here ${to}`)
  return [
    `the run itself decided otherwise on ${instance} (${told.join('; ')}): plans, overrides, day or accounts are not those that it ran with`,
  ]
}
