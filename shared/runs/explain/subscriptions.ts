import {
  type Account,
  type AccountDecision,
  addDays,
  type Calendar,
  type Charge,
  chargesOf,
  GRACE_DAYS,
  INSTANCES,
  type PlacedSubscription,
  planName,
  type ValidCharge,
} from '../../domain/index.ts'
import type { AccountExplanation, ExplainedCharge } from './model.ts'
import type { PlaceReason } from './reason.ts'

/** Each subscription, its instance and the reason for it, and the state of its charges. */
export function explainSubscriptions(
  account: Account,
  { placed, verdicts }: AccountDecision,
  calendar: Calendar,
): AccountExplanation['subscriptions'] {
  const active = new Set(INSTANCES.flatMap(instance => verdicts[instance].decision?.activeCharges ?? []))
  return placed.map(one => {
    const { name, status, start_date, end_date } = one.subscription
    return {
      ...{ name, status, start_date, end_date },
      instance: one.instance,
      because: placedBecause(one, calendar),
      charges: chargesOf(account, one.subscription).map(charge =>
        explainCharge(
          charge,
          one.charges.find(valid => valid.charge === charge),
          active,
          calendar,
        ),
      ),
    }
  })
}

/** Why a subscription belongs to its instance. */
export function placedBecause(
  { instance, claim, charges, deciding }: PlacedSubscription,
  calendar: Calendar,
): PlaceReason {
  if (instance === null) return { kind: charges.length === 0 ? 'no_known_charge' : 'no_deciding_charge' }
  if (claim === null) {
    const is_active = deciding.some(({ charge }) => charge.end_date >= calendar.expired_end_date)
    return { kind: 'unclaimed', is_active }
  }
  const charge_name = planName(claim.valid.charge)
  return { kind: 'claimed', charge_name, instance, is_exception: claim.rule !== 'always' }
}

function explainCharge(
  charge: Charge,
  valid: ValidCharge | undefined,
  active: ReadonlySet<ValidCharge>,
  { today, expired_end_date }: Calendar,
): ExplainedCharge {
  const { end_date, quantity } = charge
  // Without a decision (no object, or a name that gives nothing), only the grace period counts.
  const isInTime = end_date >= expired_end_date
  const isExtended = valid !== undefined && active.has(valid) && !isInTime
  const state = isExtended ? 'extended' : !isInTime ? 'ended' : end_date < today ? 'in grace' : 'active'
  return {
    charge_name: planName(charge),
    section: valid?.section.section ?? null,
    end_date,
    quantity,
    state,
    active_until: addDays(end_date, GRACE_DAYS),
  }
}
