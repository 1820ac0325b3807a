import type { Account, Charge, Subscription } from './account.ts'
import type { Calendar } from './calendar.ts'
import type { ValidCharge } from './entitlement.ts'
import { INSTANCE_OF_THE_REST, INSTANCES, type Instance, TRAITS } from './instances.ts'
import type { Plans } from './plans.ts'
import type { Claim } from './sections.ts'

/** A subscription with its valid charges, its deciding charges, and the instance that they place it on. */
export type PlacedSubscription = {
  subscription: Subscription
  charges: ValidCharge[]
  deciding: ValidCharge[]
  instance: Instance | null
  /** The deciding charge that claims it for the instance, and the rule; null if no charge claims it. */
  claim: { valid: ValidCharge; rule: Claim } | null
}

/** The instances that claim subscriptions, and how. `INSTANCE_OF_THE_REST` takes all others. */
const CLAIMS = INSTANCES.flatMap(instance => {
  const { claims } = TRAITS[instance]
  return claims === 'the rest' ? [] : [{ instance, claims }]
})

/**
 * Places each subscription on an instance by its deciding charges: its active valid charges, or all its valid charges
 * if none is active. So an expired US Government add-on does not keep an active subscription off Global. A charge belongs
 * to the subscription with its subscription_id. A loose charge, which belongs to none, decides nothing.
 */
export function placeSubscriptions(account: Account, plans: Plans, calendar: Calendar): PlacedSubscription[] {
  return account.subs.map(subscription => {
    const charges = validCharges(chargesOf(account, subscription), plans)
    const active = charges.filter(({ charge }) => charge.end_date >= calendar.expired_end_date)
    const deciding = active.length > 0 ? active : charges
    const { instance, claim } = placeOf(account, deciding)
    return { subscription, charges, deciding, instance, claim }
  })
}

function placeOf(
  account: Account,
  deciding: readonly ValidCharge[],
): Pick<PlacedSubscription, 'instance' | 'claim'> {
  for (const { instance, claims } of CLAIMS) {
    for (const valid of deciding) {
      const rule = claims(valid.section, account)
      if (rule === 'always' || (rule === 'with exception' && account.exception))
        return { instance, claim: { valid, rule } }
    }
  }
  return { instance: deciding.length > 0 ? INSTANCE_OF_THE_REST : null, claim: null }
}

/** The charge's name as plans.yml lists it. This trims outer white space only: inner spaces are significant. */
export function planName(charge: Charge): string {
  return charge.charge_name?.trim() ?? ''
}

/** Whether a charge belongs to a subscription: both have the same subscription_id. */
export function belongsTo(charge: Charge, { subscription_id }: Subscription): boolean {
  return subscription_id !== null && charge.subscription_id === subscription_id
}

/** All charges of a subscription, valid or not. */
export function chargesOf(account: Account, subscription: Subscription): Charge[] {
  return account.charges.filter(charge => belongsTo(charge, subscription))
}

function validCharges(charges: Charge[], plans: Plans): ValidCharge[] {
  return charges.flatMap(charge => {
    const section = plans.plan_lookup.get(planName(charge))
    return section ? [{ charge, section }] : []
  })
}
