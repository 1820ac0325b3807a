import type { Account, Charge, Subscription } from './account.ts'
import type { Instance } from './attributes.ts'
import type { Calendar } from './calendar.ts'
import type { ValidCharge } from './entitlement.ts'
import type { Plans } from './plans.ts'

/** A subscription with its valid charges, those of them that decide, and the instance that they decide for. */
export type PlacedSubscription = {
  subscription: Subscription
  charges: ValidCharge[]
  deciding: ValidCharge[]
  instance: Instance | null
  /** The deciding charge that makes it US Government's. */
  usgovCharge: ValidCharge | null
}

/**
 * Places each subscription on the instance that its deciding charges name: its active valid charges, or all its
 * valid charges where none is active. An expired US Government add-on then does not keep a live subscription
 * from Global. A charge belongs to the subscription of its subscription_id; charges of none are ignored.
 */
export function placeSubscriptions(account: Account, plans: Plans, calendar: Calendar): PlacedSubscription[] {
  const usgovNames = account.exception ? plans.usgov_plan_names_for_exceptions : plans.usgov_plan_names
  return account.subs.map(subscription => {
    const charges = validCharges(chargesOf(account, subscription), plans)
    const active = charges.filter(({ charge }) => charge.end_date >= calendar.expired_end_date)
    const deciding = active.length > 0 ? active : charges
    const usgovCharge = deciding.find(({ charge }) => usgovNames.has(planName(charge))) ?? null
    const instance = usgovCharge ? 'usgov' : deciding.length > 0 ? 'global' : null
    return { subscription, charges, deciding, instance, usgovCharge }
  })
}

/** The charge's name as plans.yml lists it. Only outer white space is dropped: inner spaces are significant. */
export function planName(charge: Charge): string {
  return charge.charge_name?.trim() ?? ''
}

/** Whether a charge belongs to a subscription: by the same subscription_id, which both have. */
export function isOf(charge: Charge, { subscription_id }: Subscription): boolean {
  return subscription_id !== null && charge.subscription_id === subscription_id
}

export function chargesOf(account: Account, subscription: Subscription): Charge[] {
  return account.charges.filter(charge => isOf(charge, subscription))
}

function validCharges(charges: Charge[], plans: Plans): ValidCharge[] {
  return charges.flatMap(charge => {
    const section = plans.plan_lookup.get(planName(charge))
    return section ? [{ charge, section }] : []
  })
}
