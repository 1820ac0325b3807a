import {
  type Account,
  byInstance,
  collectUnmapped,
  decideAccount,
  doubtOf,
  INSTANCES,
  type MatchKey,
  matchKey,
  type Overrides,
  type Plans,
} from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { badInput, EXIT, type ExitCode, type ExpectedError } from '@support-sync/shared/runtime/errors'
import { inEffect, overrideWarnings } from './override-warnings.ts'
import { readOrganizations } from './read-organizations.ts'
import type { Parts } from './rules.ts'

type Given = { plans: Plans; overrides: Overrides; allianceKey: MatchKey | null }

/**
 * Reads the accounts and writes each instance's objects, one account at a time. The decision about an account does not
 * depend on the other accounts. Returns exit code 4 if an instance's organizations were not gathered.
 * Throws an `ExpectedError` if two accounts have the same salesforce_id, or if ALLIANCE_ACCOUNT_ID is not set although
 * Zendesk has the alliance partner's organization.
 */
export async function processAccounts(
  parts: Parts,
  { plans, overrides, allianceKey }: Given,
): Promise<ExitCode> {
  const { read, write } = parts.artifacts
  const { calendar, warn } = parts.run
  const { partnerTypes, entitledUntil, notGathered } = await readOrganizations(parts)
  const unmapped = collectUnmapped(plans, calendar)
  const seen = new Set<MatchKey>()
  const overriddenWithObject = new Set<MatchKey>()
  const noLongerPartners: string[] = []
  const levelsWithoutEffect: string[] = []
  const writeObject = byInstance(instance => write(artifacts.instances[instance].objects))
  const writeDoubt = write(artifacts.doubts)

  for await (const accounts of read(artifacts.accounts, 'needed')) {
    for (const account of accounts) {
      const key = matchKey(account.salesforce_id)
      const known = lookUp(key)
      const { override, partnerType, isAlliancePartner } = known
      if (key !== null) {
        if (seen.has(key)) throw listedTwice(account)
        seen.add(key)
      }
      unmapped.add(account)
      if (partnerType === 'alliance_partner' && allianceKey === null) throw allianceNotSet(account)
      if (partnerType !== undefined && !isAlliancePartner) noLongerPartners.push(account.salesforce_id)

      const decided = decideAccount(account, { override, isAlliancePartner, plans, calendar })
      for (const instance of INSTANCES) {
        const { object, decision } = decided.verdicts[instance]
        if (object === null) continue
        if (key !== null && override) overriddenWithObject.add(key)
        if (decision.levelWithoutEffect !== undefined) levelsWithoutEffect.push(account.salesforce_id)
        writeObject[instance](object)
      }
      const doubt = doubtOf(account, decided, {
        override,
        entitledUntil: instance => (key === null ? undefined : entitledUntil[instance].get(key)),
        plans,
        calendar,
      })
      if (doubt) writeDoubt(doubt)
    }
  }

  const writeUnmapped = write(artifacts.unmappedCharges)
  const unmappedCharges = unmapped.finish()
  for (const charge of unmappedCharges) writeUnmapped(charge)

  const warnings = [
    ['NOT_GATHERED', "An instance's organizations were not gathered, so its compare will stop", notGathered],
    [
      'UNMAPPED_CHARGES',
      'Active charges are in no section of plans.yml',
      unmappedCharges.map(({ charge_name }) => charge_name),
    ],
    ['PARTNER_IS_CUSTOMER', "A partner's organization belongs to a customer's account", noLongerPartners],
    ['OVERRIDE_LEVEL_WITHOUT_EFFECT', "An override's support_level has no effect", levelsWithoutEffect],
    ...overrideWarnings(parts.run, overrides, { accounts: seen, overriddenWithObject }),
  ] as const
  parts.run.report({ overrides: inEffect(overrides, calendar.today) })
  for (const [code, message, keys] of warnings) if (keys.length > 0) warn(code, message, [...new Set(keys)])
  return notGathered.length > 0 ? EXIT.someRecordsFailed : EXIT.done

  function lookUp(key: MatchKey | null) {
    if (key === null) return { override: undefined, partnerType: undefined, isAlliancePartner: false }
    return {
      override: overrides.byKey.get(key),
      partnerType: partnerTypes.get(key),
      isAlliancePartner: key === allianceKey,
    }
  }
}

function listedTwice({ salesforce_id }: Account): ExpectedError {
  return badInput('ACCOUNT_TWICE', {
    message: `${artifacts.accounts.name}: two accounts have the salesforce_id ${salesforce_id}`,
    next: 'Run the accounts stage again: the file must list each account once.',
  })
}

function allianceNotSet({ salesforce_id }: Account): ExpectedError {
  return badInput('ALLIANCE_NOT_SET', {
    message: `an organization of type alliance_partner belongs to the account ${salesforce_id}, and ALLIANCE_ACCOUNT_ID is not set`,
    next: "Set ALLIANCE_ACCOUNT_ID to the alliance partner's salesforce_id, or correct the organization's account_type.",
  })
}
