import {
  type Account,
  type AccountDecision,
  addDays,
  type Calendar,
  type Charge,
  chargesOf,
  GRACE_DAYS,
  INSTANCE_OF_THE_REST,
  INSTANCES,
  type Instance,
  type PlacedSubscription,
  planName,
  TRAITS,
  type ValidCharge,
} from '../../domain/index.ts'
import type { AccountExplanation, ExplainedCharge } from './model.ts'
import { quoted } from './reasons.ts'

/** Each subscription, where it belongs and why, and what its charges count for. */
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

/** Where a subscription belongs, as people call it. */
export function placeName(instance: Instance | null): string {
  return instance === null ? 'no instance' : TRAITS[instance].name
}

/** The instances that claim subscriptions: `US Government's`. */
const CLAIMANTS = INSTANCES.filter(instance => instance !== INSTANCE_OF_THE_REST)
  .map(instance => `${TRAITS[instance].name}'s`)
  .join(' or ')

/** Why a subscription belongs where it does. */
export function placedBecause(
  { instance, claim, charges, deciding }: PlacedSubscription,
  calendar: Calendar,
): string {
  if (instance === null)
    return charges.length === 0 ? 'no charge of it stands in plans.yml' : 'no charge decides'
  const isActive = deciding.some(({ charge }) => charge.end_date >= calendar.expired_end_date)
  if (claim === null) {
    return isActive
      ? `none of its active charges is ${CLAIMANTS}`
      : `its charges in plans.yml have all ended, and none of them is ${CLAIMANTS}`
  }
  return `${quoted(claim.valid)} is ${placeName(instance)}'s${claim.rule === 'always' ? '' : ' for an exception account'}`
}

function explainCharge(
  charge: Charge,
  valid: ValidCharge | undefined,
  active: ReadonlySet<ValidCharge>,
  { today, expired_end_date }: Calendar,
): ExplainedCharge {
  const { end_date, quantity } = charge
  // Where there is no decision (no object, or a name that gives nothing) the grace period alone tells.
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
