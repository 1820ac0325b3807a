import { INSTANCES, matchKey, TRAITS, writeKey } from '@support-sync/shared/domain'
import { artifacts, compareStage } from '@support-sync/shared/pipeline'
import { type Addresses, organizationsLink } from '@support-sync/shared/runs/find'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { reasonFor, reasonIn } from '@support-sync/shared/sync/doubts'
import type { RunArtifacts } from './artifacts.ts'
import { clip } from './clip.ts'
import type { DoubtCard } from './schema.ts'

/** The number of accounts listed. The count and the ARR cover all. */
const SHOWN = 100

/** The accounts in doubt with what is held back: new ones first, then by ARR. Null if the run did not check. */
export async function readDoubts(
  { has, read }: RunArtifacts,
  { known, holds, started_at }: RunRecord,
  addresses: Addresses,
): Promise<DoubtCard | null> {
  const sinceOf = (since: string | undefined) => (since !== undefined && since < started_at ? since : null)
  if (!has(artifacts.doubts)) return null
  const accounts = new Map<string, DoubtCard['accounts'][number]>()
  for await (const doubt of read(artifacts.doubts)) {
    const { salesforce_id, arr, instances, reason, charge_names } = doubt
    const names = reasonIn({ reason, charge_names: charge_names.map(clip) })
    accounts.set(matchKey(salesforce_id) ?? salesforce_id, {
      ...{ key: salesforce_id, name: null, arr, reason: names, held: [] },
      since: sinceOf(known.doubts[matchKey(salesforce_id) ?? salesforce_id]),
      instances: instances.map(instance => TRAITS[instance].name),
    })
  }
  for (const instance of INSTANCES) {
    const knownHolds = holds[compareStage(instance)] ?? []
    const prefix = organizationsLink(addresses, instance)
    for await (const held of read(artifacts.instances[instance].held)) {
      const key = matchKey(held.salesforce_id) ?? writeKey(held)
      const account = accounts.get(key) ?? {
        ...{ key: clip(writeKey(held)), name: null, arr: null, reason: reasonFor(held.reason, []), held: [] },
        instances: [TRAITS[instance].name],
        since: null,
      }
      accounts.set(key, {
        ...account,
        name: clip(held.name),
        since: account.since ?? sinceOf(knownHolds.find(({ id }) => id === held.id)?.since),
        held: [
          ...account.held,
          {
            instance: TRAITS[instance].name,
            zendesk: prefix && `${prefix}${held.id}`,
            changes: held.changes,
          },
        ],
      })
    }
  }
  // New ones first, then highest ARR first.
  const all = [...accounts.values()].sort(
    (one, other) =>
      Number(one.since !== null) - Number(other.since !== null) || (other.arr ?? 0) - (one.arr ?? 0),
  )
  return {
    count: all.length,
    arr: all.reduce((total, { arr }) => total + (arr ?? 0), 0),
    accounts: all.slice(0, SHOWN),
  }
}
