import {
  type Account,
  type Calendar,
  collectUnmapped,
  decideAccount,
  INSTANCES,
  type Instance,
  type MatchKey,
  matchKey,
  type Overrides,
  type Plans,
  type Suspicion,
  type SyncObject,
  suspicionOf,
  type UnmappedCharge,
  unmappedNames,
} from '@support-sync/shared/domain'

/** What decides the accounts, in addition to their data in Salesforce. */
export type DecidedBy = {
  plans: Plans
  overrides: Overrides
  allianceKey: MatchKey | null
  calendar: Calendar
}

/** What there is to report about decided accounts. */
export type Findings = {
  /** In no order, and not rounded. */
  unmapped: readonly UnmappedCharge[]
  /** The accounts with an override and an object. */
  overriddenWithObject: ReadonlySet<MatchKey>
  /** The salesforce_ids of the accounts whose override has a support_level without effect. */
  levelsWithoutEffect: ReadonlySet<string>
}

/**
 * Decides accounts, and writes their objects. The decision about an account depends neither on the other accounts nor on
 * Zendesk.
 */
export function accountDecider(
  { plans, overrides, allianceKey, calendar }: DecidedBy,
  writeObject: Readonly<Record<Instance, (object: SyncObject) => void>>,
) {
  const charges = collectUnmapped()
  const overriddenWithObject = new Set<MatchKey>()
  const levelsWithoutEffect = new Set<string>()
  return {
    decide(account: Account): Suspicion | null {
      const key = matchKey(account.salesforce_id)
      const override = key === null ? undefined : overrides.byKey.get(key)
      const isAlliancePartner = key !== null && key === allianceKey
      const unmapped = unmappedNames(account, { plans, calendar })
      charges.add(account, unmapped)
      const decided = decideAccount(account, { override, isAlliancePartner, plans, calendar })
      for (const instance of INSTANCES) {
        const { object, decision } = decided.verdicts[instance]
        if (object === null) continue
        if (key !== null && override) overriddenWithObject.add(key)
        if (decision.levelWithoutEffect !== undefined) levelsWithoutEffect.add(account.salesforce_id)
        writeObject[instance](object)
      }
      return suspicionOf(account, decided, { override, unmapped, plans, calendar })
    },
    /** Adds the findings about accounts that come after the decided ones. */
    add(others: Findings): void {
      charges.addFound(others.unmapped)
      for (const key of others.overriddenWithObject) overriddenWithObject.add(key)
      for (const id of others.levelsWithoutEffect) levelsWithoutEffect.add(id)
    },
    findings: (): Findings => ({ unmapped: charges.found(), overriddenWithObject, levelsWithoutEffect }),
    unmappedCharges: () => charges.finish(),
  }
}
