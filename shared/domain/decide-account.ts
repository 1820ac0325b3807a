import type { Account } from './account.ts'
import { attributesOf } from './attributes.ts'
import type { Calendar } from './calendar.ts'
import { type Decision, decide } from './decide.ts'
import { byInstance, type Instance, TRAITS } from './instances.ts'
import { customerValues, type SyncObject, soldTos } from './objects.ts'
import type { Override } from './overrides.ts'
import type { Plans } from './plans.ts'
import { type PlacedSubscription, placeSubscriptions } from './subscriptions.ts'

/** Why an account has no object on an instance. */
export type NoObject =
  | 'no_subscriptions'
  | 'alliance_partner'
  | 'no_subscription_of_instance'
  | 'expired_long_ago'

/** The verdict for one account on one instance: the object, or why there is none. */
export type Verdict =
  | { object: SyncObject; decision: Decision }
  | { object: null; because: NoObject; decision: Decision | null }

export type AccountDecision = {
  placed: PlacedSubscription[]
  verdicts: Readonly<Record<Instance, Verdict>>
}

/** What decides an account, in addition to its data in Salesforce. */
export type DecidedBy = {
  override: Override | undefined
  /** Whether it is the configured alliance partner's account. */
  isAlliancePartner: boolean
  plans: Plans
  calendar: Calendar
}

const ATTRIBUTES_OF = byInstance(instance => attributesOf(instance))

/**
 * Decides one account, independently of all others: where its subscriptions belong, and what its organization should
 * be on each instance.
 */
export function decideAccount(
  account: Account,
  { override, isAlliancePartner, plans, calendar }: DecidedBy,
): AccountDecision {
  const placed = placeSubscriptions(account, plans, calendar)
  const verdictOn = (instance: Instance): Verdict => {
    if (account.subs.length === 0) return without('no_subscriptions')
    const { hasPartners, hasSoldTos } = TRAITS[instance]
    // partner-sync owns the alliance partner's organization.
    if (hasPartners && isAlliancePartner) return without('alliance_partner')
    const decision = decide(account, instance, { placed, override, calendar })
    if (decision === null) return without('no_subscription_of_instance')
    if (!decision.included) return without('expired_long_ago', decision)
    const object = customerValues(account, decision.entitlement, override, ATTRIBUTES_OF[instance])
    if (hasSoldTos) object.sold_tos = soldTos(account, decision)
    return { object, decision }
  }
  return { placed, verdicts: byInstance(verdictOn) }
}

function without(because: NoObject, decision: Decision | null = null): Verdict {
  return { object: null, because, decision }
}
