import {
  type Account,
  type AccountDecision,
  attributesOf,
  type Calendar,
  type Instance,
  type Override,
  type PlacedSubscription,
} from '../../domain/index.ts'
import { customerReasons } from './attributes.ts'
import type { ValueReason } from './reason.ts'
import { levelText, placeName, placeText, valueText, withoutText } from './reason-text.ts'
import { candidateReason, levelReason } from './reasons.ts'
import { placedBecause } from './subscriptions.ts'

/** Why one account has, or has not, what it has on one instance: short enough to be kept for very many. */
export type Brief = {
  sentences: string[]
  /** Why each attribute has its value; null where there is nothing that the organization should be. */
  because: (attribute: string) => ValueReason | null
}

/** A decision in a few sentences. They say what `explain` says of the same account. */
export function briefly(
  account: Account,
  decided: AccountDecision,
  instance: Instance,
  { override, calendar }: { override: Override | undefined; calendar: Calendar },
): Brief {
  const verdict = decided.verdicts[instance]
  const placed = decided.placed.map(one => subscriptionSentence(one, calendar))
  if (verdict.object === null) {
    const without = `It should not be there: ${withoutText({ kind: verdict.because })}.`
    return { sentences: [without, ...placed], because: () => null }
  }
  const { decision } = verdict
  const { candidates } = decision.overridden
  const reasons = customerReasons(account, decision, override)
  const attributes = new Map(attributesOf(instance).map(attribute => [attribute.key, attribute]))
  return {
    sentences: [
      levelText(decision.entitlement.support_level, levelReason(decision), calendar.today),
      ...(candidates.length > 1
        ? candidates.map(one => `${one.level}: ${valueText(candidateReason(one))}`)
        : []),
      ...placed,
      ...(override ? [`An override is listed${override.reason ? `: ${override.reason}` : ''}`] : []),
    ],
    because(key) {
      const attribute = attributes.get(key)
      return attribute ? reasons(attribute) : null
    },
  }
}

function subscriptionSentence(one: PlacedSubscription, calendar: Calendar): string {
  return `Subscription ${one.subscription.name ?? 'unnamed'} → ${placeName(one.instance)}: ${placeText(placedBecause(one, calendar))}`
}
