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
import type { Note } from './reason.ts'

/** The override's entry and what it changes, compared with the same decision without it. */
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
  const notes = INSTANCES.flatMap((instance): Note[] => {
    const { decision } = decided.verdicts[instance]
    if (decision?.levelWithoutEffect === undefined) return []
    const winner = decision.entitlement.support_level
    return [{ kind: 'level_without_effect', level: decision.levelWithoutEffect, winner }]
  })
  const hasObject = INSTANCES.some(instance => decided.verdicts[instance].object !== null)
  if (!hasObject) notes.push({ kind: 'override_without_object' })
  return { entry: { ...override }, changes, notes }
}
