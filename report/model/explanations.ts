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
  briefly,
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

const NO_ACCOUNT = 'Salesforce gave no customer or former customer of this id.'

/**
 * Adds to each record why it changes, by the processor's own code and by what the run decided by. All accounts are
 * passed once, so that 100,000 records take no longer than the processor took.
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
      const brief = briefly(account, decided, instance, { override, calendar: rules.calendar })
      record.explanation = brief.sentences.map(clip)
      for (const [attribute, change] of Object.entries(record.changes))
        change.because = becauseOf(attribute, change, brief.because(attribute))
    }
  }
  for (const own of wanted.values()) for (const record of own) record.explanation = [NO_ACCOUNT]
}

/** The instance whose customer a record is; undefined where it is a partner or a user. */
function customersOf({ stage }: ChangedRecord): Instance | undefined {
  return INSTANCES.find(instance => syncStage(instance) === stage)
}

function explainPartner(record: ChangedRecord): void {
  if (record.action === 'mark') {
    record.explanation = ['Salesforce gave no authorized partner of this id.']
    return
  }
  for (const [key, change] of Object.entries(record.changes))
    change.because = becauseOf(key, change, partnerReason({ key }))
}

/** The way from a charge to the field where a charge made the value; else the reason in words. */
function becauseOf(
  attribute: string,
  { to }: ChangedRecord['changes'][string],
  reason: ValueReason | null,
): ChangedRecord['changes'][string]['because'] {
  if (reason === null) return null
  return valuePath(reason, attribute, shown(to))?.map(clip) ?? clip(valueText(reason))
}

/** What the run decided by; without it nothing is explained. */
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

/** Whose the alliance partner's account is: partner-sync's gather says so. */
async function readAlliancePartners({ read }: RunArtifacts): Promise<ReadonlySet<MatchKey>> {
  const keys = new Set<MatchKey>()
  for await (const { salesforce_id, account_type } of read(PARTNER_SYNC.artifacts.objects)) {
    const key = matchKey(salesforce_id)
    if (key !== null && account_type === 'alliance_partner') keys.add(key)
  }
  return keys
}
