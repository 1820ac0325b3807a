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

/** Why an account is, or is not, on an instance: short enough to keep for many accounts. */
export type Brief = {
  sentences: string[]
  /** Why each attribute has its value. Null if there is no object. */
  because: (attribute: string) => ValueReason | null
}

/** A decision in a few sentences, the same as in `explain`. */
export function briefReasons(
  account: Account,
  decided: AccountDecision,
  instance: Instance,
  { override, calendar }: { override: Override | undefined; calendar: Calendar },
): Brief {
  const verdict = decided.verdicts[instance]
  const placed = decided.placed.map(one => subscriptionSentence(one, calendar))
  if (verdict.object === null) {
    const without = `There should be no organization: ${withoutText({ kind: verdict.because })}.`
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
      ...(override ? [`It has an override${override.reason ? `: ${override.reason}` : ''}`] : []),
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
