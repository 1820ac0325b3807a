import {
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  PARTNERS_INSTANCE,
} from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { type BinParts, warnIfStartedAlone } from '@support-sync/shared/runtime/bin'

const { objects } = artifacts.instances[PARTNERS_INSTANCE]
const { doubts } = artifacts

/**
 * Returns whether an organization with one of these keys belongs to a customer: its key is that of one of the run's
 * objects or accounts in doubt. Warns if the run lacks one of these artifacts.
 */
export async function readCustomers(
  parts: BinParts<typeof objects | typeof doubts, never>,
  keys: ReadonlySet<MatchKey>,
): Promise<(organization: Organization) => boolean> {
  const isHandedOn = warnIfStartedAlone(
    parts,
    [objects, doubts],
    "Started without the run's customers: the sync can mark an organization that was a partner's and is now a customer's",
  )
  // A run can have a million customers, so this keeps only the given keys.
  const customers = new Set<MatchKey>()
  const add = ({ salesforce_id }: { salesforce_id: string }) => {
    const key = matchKey(salesforce_id)
    if (key !== null && keys.has(key)) customers.add(key)
  }
  const { read } = parts.artifacts
  if (isHandedOn(objects)) for await (const records of read(objects, 'needed')) records.forEach(add)
  if (isHandedOn(doubts)) for await (const records of read(doubts)) records.forEach(add)
  return organization => {
    const key = organizationKey(organization)
    return key !== null && customers.has(key)
  }
}
