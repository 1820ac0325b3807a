import { isNameHeldOf } from '@support-sync/shared/domain'
import { artifacts as pipelineArtifacts, RUN_MINUTES } from '@support-sync/shared/pipeline'
import { addressesOf } from '@support-sync/shared/runs/find'
import type { RunRecord } from '@support-sync/shared/runs/record'
import type { RunArtifacts } from './artifacts.ts'
import { countAttributes } from './attribute-changes.ts'
import { changedRecords, syncsWithoutPlan } from './changed-records.ts'
import { clip } from './clip.ts'
import { concernsOf } from './concerns.ts'
import { readDoubts } from './doubts.ts'
import { explainRecords } from './explanations.ts'
import { nameKeys } from './names.ts'
import { reconcile } from './reconciliation.ts'
import { type ChangedRecord, type Report, reportSchema } from './schema.ts'
import { supportLevels } from './support-levels.ts'
import { verdictOf } from './verdict.ts'

/** Reads a run's report. Passes the changed records on one by one, because there may be very many. */
export async function readReport(
  record: RunRecord,
  artifacts: RunArtifacts,
  take: (record: ChangedRecord) => void,
  requestsPerMinute: number,
): Promise<Report> {
  const attributes = countAttributes()
  const records = await Array.fromAsync(changedRecords(artifacts, record))
  await explainRecords(records, artifacts, record.started_at)
  const reconciliation = reconcile(record)
  for (const changed of records) {
    attributes.add(changed)
    reconciliation.add(changed)
    take(changed)
  }
  const addresses = addressesOf(artifacts.run)
  const doubts = await readDoubts(artifacts, record, addresses)
  // The card of the accounts in doubt has more than the warning.
  const concerns = concernsOf(record).filter(({ code }) => doubts === null || code !== 'IN_DOUBT')
  const unmapped = await unmappedCharges(artifacts)
  const named = [
    ...concerns.flatMap(({ stage, keys }) =>
      keys.map(key => ({ stage, key, about: aboutOf(record, stage, key) })),
    ),
    ...[
      ...(doubts?.accounts ?? []).map(({ key }) => key),
      ...(unmapped ?? []).flatMap(({ salesforce_ids }) => salesforce_ids),
    ].map(key => ({ stage: 'processor', key })),
  ]
  return reportSchema.parse({
    record,
    verdict: verdictOf(record),
    doubts,
    concerns,
    names: await nameKeys(artifacts.run, addresses, named),
    addresses,
    reconciliation: reconciliation.finish(),
    levels: await supportLevels(artifacts),
    attributes: attributes.finish(),
    unmapped,
    withoutPlan: syncsWithoutPlan(artifacts),
    limits: { minutes: RUN_MINUTES, requests: RUN_MINUTES * requestsPerMinute },
    unread: artifacts.unread,
  } satisfies Report)
}

/** A NAME_HELD key has the create and the organization that has the name. The account is that of the create. */
function aboutOf({ stages }: RunRecord, name: string, key: string): string {
  const failures = stages.find(({ stage }) => stage === name)?.failures ?? []
  return failures.find(failure => isNameHeldOf(key, failure.key))?.key ?? key
}

/** Null if the processor did not check. An empty list means that there are none. */
async function unmappedCharges({ has, read }: RunArtifacts): Promise<Report['unmapped']> {
  const { unmappedCharges } = pipelineArtifacts
  if (!has(unmappedCharges)) return null
  const charges = await Array.fromAsync(read(unmappedCharges))
  return charges.map(charge => ({ ...charge, charge_name: clip(charge.charge_name) }))
}
