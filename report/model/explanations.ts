import {
  dayOf,
  decideAccount,
  INSTANCES,
  type Instance,
  type MatchKey,
  matchKey,
} from '@support-sync/shared/domain'
import { PARTNER_SYNC, artifacts as pipelineArtifacts, syncStage } from '@support-sync/shared/pipeline'
import {
  briefReasons,
  partnerReason,
  type Rules,
  readRules,
  type ValueReason,
  valuePath,
  valueText,
} from '@support-sync/shared/runs/explain'
import { ExpectedError } from '@support-sync/shared/runtime/errors'
import { shown } from '@support-sync/shared/runtime/terminal'
import { plansFile } from '../../cli/pipeline/package-files.ts'
import type { RunArtifacts } from './artifacts.ts'
import { clip } from './clip.ts'
import type { ChangedRecord } from './schema.ts'

const NO_ACCOUNT = 'Salesforce has no customer or former customer with this id.'

/**
 * Adds the reason for the change to each record, from the processor's own code and the run's rules. Reads all accounts
 * only once, so 100,000 records take no longer than the processor did.
 */
export async function explainRecords(
  records: readonly ChangedRecord[],
  artifacts: RunArtifacts,
  startedAt: string,
): Promise<void> {
  for (const record of records) if (record.stage === PARTNER_SYNC.stage) explainPartner(record)
  const wanted = Map.groupBy(
    records.filter(record => customersOf(record) !== undefined),
    ({ key }) => matchKey(key),
  )
  const rules = await rulesOf(artifacts, startedAt)
  if (wanted.size === 0 || !rules) return
  const alliancePartners = await readAlliancePartners(artifacts)
  for await (const account of artifacts.read(pipelineArtifacts.accounts)) {
    const key = matchKey(account.salesforce_id)
    const own = key === null ? undefined : wanted.get(key)
    if (key === null || !own) continue
    wanted.delete(key)
    const override = rules.overrides.byKey.get(key)
    const decided = decideAccount(account, {
      override,
      isAlliancePartner: alliancePartners.has(key),
      plans: rules.plans,
      calendar: rules.calendar,
    })
    for (const record of own) {
      const instance = customersOf(record)
      if (!instance) continue
      const brief = briefReasons(account, decided, instance, { override, calendar: rules.calendar })
      record.explanation = brief.sentences.map(clip)
      for (const [attribute, change] of Object.entries(record.changes))
        change.because = becauseOf(attribute, change, brief.because(attribute))
    }
  }
  for (const own of wanted.values()) for (const record of own) record.explanation = [NO_ACCOUNT]
}

/** The instance of a customer's record. Undefined for a partner or a user. */
function customersOf({ stage }: ChangedRecord): Instance | undefined {
  return INSTANCES.find(instance => syncStage(instance) === stage)
}

function explainPartner(record: ChangedRecord): void {
  if (record.action === 'mark') {
    record.explanation = ['Salesforce has no authorized partner with this id.']
    return
  }
  for (const [key, change] of Object.entries(record.changes))
    change.because = becauseOf(key, change, partnerReason({ key }))
}

/** The path from a charge to the field if the value comes from a charge, else the reason as a sentence. */
function becauseOf(
  attribute: string,
  { to }: ChangedRecord['changes'][string],
  reason: ValueReason | null,
): ChangedRecord['changes'][string]['because'] {
  if (reason === null) return null
  return valuePath(reason, attribute, shown(to))?.map(clip) ?? clip(valueText(reason))
}

/** The rules that the run used. Without them nothing is explained. */
async function rulesOf({ run, unread }: RunArtifacts, startedAt: string): Promise<Rules | undefined> {
  try {
    const today = dayOf(new Date(startedAt))
    return await readRules(run, { defaults: { plans: plansFile(process.env), overrides: undefined, today } })
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error
    unread.push(`explanations: ${error.message}`)
    return undefined
  }
}

/** The alliance partners' accounts, from partner-sync's gather. */
async function readAlliancePartners({ read }: RunArtifacts): Promise<ReadonlySet<MatchKey>> {
  const keys = new Set<MatchKey>()
  for await (const { salesforce_id, account_type } of read(PARTNER_SYNC.artifacts.objects)) {
    const key = matchKey(salesforce_id)
    if (key !== null && account_type === 'alliance_partner') keys.add(key)
  }
  return keys
}
