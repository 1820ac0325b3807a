import {
  byInstance,
  doubtOf,
  INSTANCES,
  type MatchKey,
  matchKey,
  type Suspicion,
  type UnmappedCharge,
} from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { badInput, EXIT, type ExitCode, type ExpectedError } from '@support-sync/shared/runtime/errors'
import { accountDecider, type DecidedBy, type Findings } from './decide-accounts.ts'
import { inEffect, overrideWarnings } from './override-warnings.ts'
import { type OrganizationFacts, readOrganizations } from './read-organizations.ts'
import type { Parts } from './rules.ts'
import { type SecondPart, startSecondPart } from './second-part.ts'
import { suspicionsOf } from './suspicion-columns.ts'

/** What the warnings need to know about the accounts. */
type ProcessedAccounts = Omit<Findings, 'unmapped'> & {
  keys: ReadonlySet<MatchKey>
  unmappedCharges: readonly UnmappedCharge[]
  noLongerPartners: readonly string[]
}

/**
 * Reads the accounts and writes each instance's objects, one account at a time. Returns exit code 4 if an instance's
 * organizations were not gathered.
 * Throws an `ExpectedError` if two accounts have the same salesforce_id, or if ALLIANCE_ACCOUNT_ID is not set although
 * Zendesk has the alliance partner's organization.
 */
export async function processAccounts(parts: Parts, by: DecidedBy): Promise<ExitCode> {
  const second = startSecondPart(parts, by)
  try {
    const facts = await readOrganizations(parts)
    warnAbout(parts, by, facts, await decideAll(parts, by, facts, second))
    return facts.notGathered.length > 0 ? EXIT.someRecordsFailed : EXIT.done
  } finally {
    await second?.stop()
  }
}

async function decideAll(
  { artifacts: { read, addRead, write, append } }: Parts,
  by: DecidedBy,
  { partnerTypes, entitledUntil }: OrganizationFacts,
  second: SecondPart | undefined,
): Promise<ProcessedAccounts> {
  const keys = new Set<MatchKey>()
  const noLongerPartners: string[] = []
  const decider = accountDecider(
    by,
    byInstance(instance => write(artifacts.instances[instance].objects)),
  )
  const writeDoubt = write(artifacts.doubts)

  for await (const accounts of read(artifacts.accounts, 'needed', second?.start))
    for (const account of accounts) finish(account.salesforce_id, decider.decide(account))

  const rest = second?.decided()
  if (rest) {
    for (const columns of rest.accounts)
      for (const [id, suspicion] of suspicionsOf(columns)) finish(id, suspicion)
    decider.add(rest.findings)
    for (const { ids } of rest.accounts) addRead(artifacts.accounts, ids.length)
    for (const instance of INSTANCES) append(artifacts.instances[instance].objects, rest.written[instance])
  }
  const unmappedCharges = decider.unmappedCharges()
  const writeUnmapped = write(artifacts.unmappedCharges)
  for (const charge of unmappedCharges) writeUnmapped(charge)
  return { ...decider.findings(), keys, unmappedCharges, noLongerPartners }

  /** Does what needs all accounts, or the organizations. */
  function finish(salesforce_id: string, suspicion: Suspicion | null): void {
    const key = matchKey(salesforce_id)
    if (key !== null) {
      if (keys.has(key)) throw listedTwice(salesforce_id)
      keys.add(key)
      const partnerType = partnerTypes.get(key)
      if (partnerType === 'alliance_partner' && by.allianceKey === null) throw allianceNotSet(salesforce_id)
      if (partnerType !== undefined && key !== by.allianceKey) noLongerPartners.push(salesforce_id)
    }
    if (suspicion === null) return
    const doubt = doubtOf(suspicion, on => (key === null ? undefined : entitledUntil[on].get(key)))
    if (doubt) writeDoubt(doubt)
  }
}

function warnAbout(
  { run }: Parts,
  { overrides }: DecidedBy,
  { notGathered }: OrganizationFacts,
  accounts: ProcessedAccounts,
): void {
  const warnings = [
    ['NOT_GATHERED', "An instance's organizations were not gathered, so its compare will stop", notGathered],
    [
      'UNMAPPED_CHARGES',
      'Active charges are in no section of plans.yml',
      accounts.unmappedCharges.map(({ charge_name }) => charge_name),
    ],
    [
      'PARTNER_IS_CUSTOMER',
      "A partner's organization belongs to a customer's account",
      accounts.noLongerPartners,
    ],
    [
      'OVERRIDE_LEVEL_WITHOUT_EFFECT',
      "An override's support_level has no effect",
      [...accounts.levelsWithoutEffect],
    ],
    ...overrideWarnings(run, overrides, {
      accounts: accounts.keys,
      overriddenWithObject: accounts.overriddenWithObject,
    }),
  ] as const
  run.report({ overrides: inEffect(overrides, run.calendar.today) })
  for (const [code, message, keys] of warnings)
    if (keys.length > 0) run.warn(code, message, [...new Set(keys)])
}

function listedTwice(salesforce_id: string): ExpectedError {
  return badInput('ACCOUNT_TWICE', {
    message: `${artifacts.accounts.name}: two accounts have the salesforce_id ${salesforce_id}`,
    next: 'Run the accounts stage again: the file must list each account once.',
  })
}

function allianceNotSet(salesforce_id: string): ExpectedError {
  return badInput('ALLIANCE_NOT_SET', {
    message: `an organization of type alliance_partner belongs to the account ${salesforce_id}, and ALLIANCE_ACCOUNT_ID is not set`,
    next: "Set ALLIANCE_ACCOUNT_ID to the alliance partner's salesforce_id, or correct the organization's account_type.",
  })
}
