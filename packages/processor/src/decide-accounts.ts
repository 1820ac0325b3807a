import {
  type Account,
  byInstance,
  type Calendar,
  decideAccount,
  doubtOf,
  type EntitledUntil,
  INSTANCES,
  type Instance,
  isKnownName,
  type MatchKey,
  matchKey,
  type Overrides,
  type PartnerTypes,
  type Plans,
  planName,
} from '@support-sync/shared/domain'
import { type Artifact, artifacts } from '@support-sync/shared/pipeline'
import { openPrinter, type Printed, type Work } from '@support-sync/shared/runtime/artifacts'
import { ExpectedError } from '@support-sync/shared/runtime/errors'

/** The inputs of the decisions. */
export type DecidedBy = {
  plans: Plans
  overrides: Overrides
  calendar: Calendar
  allianceKey: MatchKey | null
  partnerTypes: PartnerTypes
  entitledUntil: Readonly<Record<Instance, EntitledUntil>>
}

/** The result for some accounts: the printed artifacts, and what the run reports about all of them. */
export type Decided = {
  objects: Readonly<Record<Instance, Printed>>
  doubts: Printed
  /** All of them, in order. */
  keys: (MatchKey | null)[]
  /** Those that have an override and an object. */
  overridden: MatchKey[]
  /** Those with an unknown charge, with only these charges. */
  unmapped: Pick<Account, 'salesforce_id' | 'arr' | 'charges'>[]
  backFromPartner: string[]
  levelsWithoutEffect: string[]
}

/**
 * Decides each account independently. Throws an `ExpectedError` if the alliance partner's account is unknown.
 */
export const decideAccounts: Work<DecidedBy, Account, Decided> = {
  module: import.meta.url,
  name: 'decideAccounts',
  begin({ plans, overrides, calendar, allianceKey, partnerTypes, entitledUntil }) {
    const objects = byInstance(instance => printerOf(artifacts.instances[instance].objects))
    const doubts = printerOf(artifacts.doubts)
    const takeAll = () => ({
      objects: byInstance(instance => objects[instance].take()),
      doubts: doubts.take(),
    })
    function run(accounts: Iterable<Account>): Decided {
      // What is left of accounts that it could not decide.
      takeAll()
      const found = notFound()
      for (const account of accounts) {
        const { salesforce_id } = account
        const key = matchKey(salesforce_id)
        const of = <Value>(values: ReadonlyMap<MatchKey, Value>) =>
          key === null ? undefined : values.get(key)
        const override = of(overrides.byKey)
        const partnerType = of(partnerTypes)
        const isAlliancePartner = key !== null && key === allianceKey
        if (partnerType === 'alliance_partner' && allianceKey === null) throw allianceNotSet(account)
        found.keys.push(key)
        if (partnerType !== undefined && !isAlliancePartner) found.backFromPartner.push(salesforce_id)
        const charges = account.charges.filter(charge => !isKnownName(plans, planName(charge)))
        if (charges.length > 0) found.unmapped.push({ salesforce_id, arr: account.arr, charges })

        const decided = decideAccount(account, { override, isAlliancePartner, plans, calendar })
        for (const instance of INSTANCES) {
          const { object, decision } = decided.verdicts[instance]
          if (object === null) continue
          if (key !== null && override !== undefined) found.overridden.push(key)
          if (decision.levelWithoutEffect !== undefined) found.levelsWithoutEffect.push(salesforce_id)
          objects[instance].print(object)
        }
        const doubt = doubtOf(account, decided, {
          override,
          entitledUntil: instance => of(entitledUntil[instance]),
          plans,
          calendar,
        })
        if (doubt) doubts.print(doubt)
      }
      return { ...found, ...takeAll() }
    }
    return { schema: artifacts.accounts.schema, run }
  },
}

function notFound(): Omit<Decided, 'objects' | 'doubts'> {
  return { keys: [], overridden: [], unmapped: [], backFromPartner: [], levelsWithoutEffect: [] }
}

function printerOf<Item>({ schema, name }: Artifact<Item>) {
  return openPrinter(schema, name)
}

function allianceNotSet({ salesforce_id }: Account): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'ALLIANCE_NOT_SET',
    message: `an organization of type alliance_partner belongs to the account ${salesforce_id}, and ALLIANCE_ACCOUNT_ID is not set`,
    next: "Set ALLIANCE_ACCOUNT_ID to the alliance partner's salesforce_id, or correct the organization's account_type.",
  })
}
