import {
  type Account,
  type AccountDecision,
  attributesOf,
  byInstance,
  type Calendar,
  type Changes,
  decideAccount,
  differences,
  INSTANCES,
  type Instance,
  type Override,
  type PartnerType,
  type Plans,
} from '../domain/index.ts'
import type { AccountExplanation } from './model.ts'

/** The override's entry and what it changed: the same decision is made once more without it. */
export function explainOverride(
  account: Account,
  override: Override,
  decided: AccountDecision,
  {
    partnerType,
    plans,
    calendar,
  }: { partnerType: PartnerType | undefined; plans: Plans; calendar: Calendar },
): NonNullable<AccountExplanation['override']> {
  const without = decideAccount(account, undefined, partnerType, plans, calendar)
  const changesOn = (instance: Instance): Changes =>
    differences(
      attributesOf(instance),
      without.verdicts[instance].object ?? {},
      decided.verdicts[instance].object ?? {},
    ) ?? {}
  const changes = byInstance(changesOn)
  const notes = INSTANCES.flatMap(instance => {
    const { decision } = decided.verdicts[instance]
    if (decision?.levelWithoutEffect === undefined) return []
    return [
      `its support_level ${decision.levelWithoutEffect} has no effect: ${decision.entitlement.support_level} wins`,
    ]
  })
  const hasObject = INSTANCES.some(instance => decided.verdicts[instance].object !== null)
  if (!hasObject) notes.push('it has no effect: the account has no object on any instance')
  return { entry: { ...override }, changes, notes }
}
