import {
  type Account,
  type AccountDecision,
  attributesOf,
  byInstance,
  type Changes,
  type DecidedBy,
  decideAccount,
  differences,
  INSTANCES,
  type Instance,
  type Override,
} from '../../domain/index.ts'
import type { AccountExplanation } from './model.ts'

/** The override's entry and what it changed: the same decision is made once more without it. */
export function explainOverride(
  account: Account,
  override: Override,
  decided: AccountDecision,
  given: Omit<DecidedBy, 'override'>,
): NonNullable<AccountExplanation['override']> {
  const without = decideAccount(account, { ...given, override: undefined })
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
