import {
  type Account,
  byInstance,
  collectUnmapped,
  INSTANCES,
  type MatchKey,
  type Overrides,
  type Plans,
} from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { EXIT, type ExitCode, ExpectedError } from '@support-sync/shared/runtime/errors'
import { decideAccounts } from './decide-accounts.ts'
import { inEffect, overrideWarnings } from './override-warnings.ts'
import { readOrganizations } from './read-organizations.ts'
import type { Parts } from './rules.ts'

type Given = { plans: Plans; overrides: Overrides; allianceKey: MatchKey | null }

/**
 * Reads accounts and writes each instance's objects. Returns the exit code if an instance's organizations were not
 * gathered. Throws an `ExpectedError` if two accounts have the same salesforce_id.
 */
export async function processAccounts(
  parts: Parts,
  { plans, overrides, allianceKey }: Given,
): Promise<ExitCode> {
  const { workOn, write, writePrinted } = parts.artifacts
  const { calendar, warn } = parts.run
  const { notGathered, ...organizations } = await readOrganizations(parts)
  const unmapped = collectUnmapped(plans, calendar)
  const seen = new Set<MatchKey>()
  const overridden = new Set<MatchKey>()
  const backFromPartner: string[] = []
  const levelsWithoutEffect: string[] = []
  const writeObjects = byInstance(instance => writePrinted(artifacts.instances[instance].objects))
  const writeDoubts = writePrinted(artifacts.doubts)

  const decidedBy = { plans, overrides, calendar, allianceKey, ...organizations }
  for await (const { result, recordAt } of workOn(artifacts.accounts, decideAccounts, decidedBy)) {
    for (const [place, key] of result.keys.entries()) {
      if (key === null) continue
      if (seen.has(key)) throw listedTwice(recordAt(place))
      seen.add(key)
    }
    for (const account of result.unmapped) unmapped.add(account)
    for (const key of result.overridden) overridden.add(key)
    for (const id of result.backFromPartner) backFromPartner.push(id)
    for (const id of result.levelsWithoutEffect) levelsWithoutEffect.push(id)
    for (const instance of INSTANCES) writeObjects[instance](result.objects[instance])
    writeDoubts(result.doubts)
  }

  const writeUnmapped = write(artifacts.unmappedCharges)
  const unmappedCharges = unmapped.finish()
  for (const charge of unmappedCharges) writeUnmapped(charge)

  const warnings = [
    ['NOT_GATHERED', "An instance's organizations were not gathered, so its compare stops", notGathered],
    [
      'UNMAPPED_CHARGES',
      'Active charges are in no section of plans.yml',
      unmappedCharges.map(({ charge_name }) => charge_name),
    ],
    ['PARTNER_IS_CUSTOMER', "A partner's organization belongs to a customer's account", backFromPartner],
    ['OVERRIDE_LEVEL_WITHOUT_EFFECT', "An override's support_level is below the winner", levelsWithoutEffect],
    ...overrideWarnings(parts.run, overrides, { accounts: seen, withObject: overridden }),
  ] as const
  parts.run.report({ overrides: inEffect(overrides, calendar.today) })
  for (const [code, message, keys] of warnings) if (keys.length > 0) warn(code, message, [...new Set(keys)])
  return notGathered.length > 0 ? EXIT.someRecordsFailed : EXIT.done
}

function listedTwice({ salesforce_id }: Account): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'ACCOUNT_TWICE',
    message: `${artifacts.accounts.name}: two accounts have the salesforce_id ${salesforce_id}`,
    next: 'Run the accounts stage again. Each account must occur only once.',
  })
}
