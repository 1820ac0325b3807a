import { z } from 'zod'
import type { Account } from './account.ts'
import { type Calendar, type Day, daySchema } from './calendar.ts'
import type { AccountDecision } from './decide-account.ts'
import { filledText } from './field-types.ts'
import { INSTANCES, type Instance } from './instances.ts'
import type { Override } from './overrides.ts'
import type { Plans } from './plans.ts'
import { type Keyed, longId, type MatchKey, organizationKey } from './salesforce-id.ts'
import { belongsTo, planName } from './subscriptions.ts'

/** Why an account is in doubt. If several reasons apply, the first one counts. */
export const DOUBT_REASONS = ['unknown_charge', 'loose_charge', 'vanished'] as const
export type DoubtReason = (typeof DOUBT_REASONS)[number]

/** A record of doubts.json: on these instances, the sync takes nothing away from the account. */
export const doubtSchema = z.object({
  salesforce_id: filledText,
  instances: z.array(z.enum(INSTANCES)),
  reason: z.enum(DOUBT_REASONS),
  /** The names of the unknown or loose charges. */
  charge_names: z.array(z.string()),
  arr: z.number(),
})
export type Doubt = z.infer<typeof doubtSchema>

/**
 * For each account, the day until which it is entitled according to its organizations on an instance. A day whose
 * grace has ended is omitted.
 */
export type EntitledUntil = ReadonlyMap<MatchKey, Day>

/** Collects these days from an instance's organizations. If several have the same key, the latest day counts. */
export function collectEntitledUntil({ expired_end_date }: Calendar) {
  const days = new Map<MatchKey, Day>()
  // Organizations with the same day share one string.
  const known = new Map<unknown, Day | null>()
  return {
    add(organization: Keyed & { expiration_date?: unknown }): void {
      const { expiration_date } = organization
      let day = known.get(expiration_date)
      if (day === undefined) {
        day = dayIn(expiration_date)
        known.set(expiration_date, day)
      }
      if (day === null || day < expired_end_date) return
      const key = organizationKey(organization)
      if (key === null) return
      const other = days.get(key)
      if (other === undefined || day > other) days.set(key, day)
    },
    finish: (): EntitledUntil => days,
  }
}

/** Reads a value as a calendar date; null if it is not one. */
export function dayIn(value: unknown): Day | null {
  const read = daySchema.safeParse(typeof value === 'string' ? value.trim() : value)
  return read.success ? read.data : null
}

/** What Salesforce's data about an account says about a doubt. */
export type Suspicion = {
  doubt: Doubt
  /** Only for `vanished`: the day on which the last valid charge ends. Null if the account has none. */
  lastEnd?: Day | null
}

/**
 * Finds out whether an account is in doubt, and on which instances: Salesforce contradicts itself, or may contradict
 * Zendesk. An override with an expiration_date removes the doubt on each instance that has an object: an admin has
 * decided. `unmapped`: the account's `unmappedNames`.
 */
export function suspicionOf(
  account: Account,
  decided: AccountDecision,
  given: { override: Override | undefined; unmapped: string[]; plans: Plans; calendar: Calendar },
): Suspicion | null {
  const instances = INSTANCES.filter(
    instance => given.override?.expiration_date === undefined || decided.verdicts[instance].object === null,
  )
  if (instances.length === 0) return null
  const { arr } = account
  const doubt = (reason: DoubtReason, charge_names: string[]): Doubt => ({
    salesforce_id: longId(account.salesforce_id),
    instances,
    reason,
    charge_names,
    arr,
  })
  if (given.unmapped.length > 0) return { doubt: doubt('unknown_charge', given.unmapped) }

  const valid = account.charges.filter(charge => given.plans.plan_lookup.has(planName(charge)))
  const loose = valid
    .filter(({ end_date }) => end_date >= given.calendar.expired_end_date)
    .filter(charge => !account.subs.some(subscription => belongsTo(charge, subscription)))
  if (loose.length > 0) return { doubt: doubt('loose_charge', [...new Set(loose.map(planName))]) }

  if (account.type !== 'Customer' || arr <= 0) return null
  let lastEnd: Day | null = null
  for (const { end_date } of valid) if (lastEnd === null || end_date > lastEnd) lastEnd = end_date
  return { doubt: doubt('vanished', []), lastEnd }
}

/**
 * The doubt that a suspicion leads to. `entitledUntil` returns the day until which the account is entitled on an
 * instance, according to Zendesk.
 */
export function doubtOf(
  { doubt, lastEnd }: Suspicion,
  entitledUntil: (instance: Instance) => Day | undefined,
): Doubt | null {
  if (lastEnd === undefined) return doubt
  const instances = doubt.instances.filter(instance => {
    const until = entitledUntil(instance)
    return until !== undefined && (lastEnd === null || lastEnd < until)
  })
  return instances.length === 0 ? null : { ...doubt, instances }
}
