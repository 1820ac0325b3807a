import {
  type Changes,
  type Doubt,
  type Held,
  type MatchKey,
  matchKey,
  type Organization,
  probableKey,
  withheldChanges,
  writeKey,
} from '../../domain/index.ts'
import { artifacts as all, type OrganizationSync } from '../../pipeline/index.ts'
import type { BinParts } from '../../runtime/bin/index.ts'

/**
 * What a comparison holds back while an account is in doubt on its instance, or an organization's ids disagree. Each
 * held-back record goes into the held artifact at once. A sync without that artifact reads no doubts and only warns.
 */
export async function openHolding(
  { artifacts, run }: Pick<BinParts, 'artifacts' | 'run'>,
  { artifacts: { held: artifact }, instance }: OrganizationSync,
) {
  const doubts = new Map<MatchKey, Doubt['reason']>()
  const keys = new Set<string>()
  const writeHeld = artifact ? artifacts.write(artifact) : () => {}
  if (artifact) {
    for await (const records of artifacts.read(all.doubts)) {
      for (const { salesforce_id, instances, reason } of records) {
        const key = matchKey(salesforce_id)
        if (key !== null && instances.includes(instance)) doubts.set(key, reason)
      }
    }
  }
  const doubtOn = (key: MatchKey | null) => (key === null ? undefined : doubts.get(key))
  function hold(held: Held): void {
    keys.add(writeKey(held))
    writeHeld(held)
  }
  return {
    /** Holds back the losses among an update's changes. Returns the other changes, or null if there are none. */
    holdLosses(
      of: { id: number; salesforce_id: string; name: string },
      changes: Changes,
      levels: { current: unknown; wanted: unknown },
    ): Changes | null {
      const reason = doubtOn(matchKey(of.salesforce_id))
      if (reason === undefined) return changes
      const { kept, withheld } = withheldChanges(changes, reason, levels)
      if (Object.keys(withheld).length > 0) hold({ ...of, withheld: 'loss', reason, changes: withheld })
      return Object.keys(kept).length > 0 ? kept : null
    },
    /** Holds back an organization's mark if there is a reason. Returns whether it did. */
    holdMark(organization: Organization, hasObject: (key: MatchKey) => boolean): boolean {
      const key = probableKey(organization)
      // An object with its own key would have matched it, so this key is that of its sfdc_short_id.
      const disagree = key !== null && hasObject(key)
      const reason = disagree ? 'keys_disagree' : doubtOn(key)
      if (reason === undefined) return false
      const { id, salesforce_id, name } = organization
      hold({ id, salesforce_id, name, withheld: 'mark', reason, changes: null })
      return true
    },
    /** Whether an organization without an object is marked although its account is in doubt. */
    isToUnmark: (organization: Organization): boolean =>
      organization.mark_for_deletion === true && doubtOn(probableKey(organization)) !== undefined,
    warn(): void {
      if (keys.size === 0) return
      run.warn('IN_DOUBT', 'Accounts are in doubt; the sync holds back their losses and marks', [...keys])
    },
  }
}
