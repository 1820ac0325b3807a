import {
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  PARTNERS_INSTANCE,
} from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { type BinParts, startedAlone } from '@support-sync/shared/runtime/bin'

const { objects } = artifacts.instances[PARTNERS_INSTANCE]
const { doubts, partners } = artifacts

/**
 * Says of a partner's organization whether it is a customer's by now: one whose key the run's objects or its accounts
 * in doubt have. Warns where the run hands none on.
 */
export async function readCustomers(
  parts: BinParts<typeof objects | typeof doubts | typeof partners.gathered, never>,
): Promise<(organization: Organization) => boolean> {
  const isHandedOn = startedAlone(
    parts,
    [objects, doubts],
    "Started without the run's customers: a partner's organization that became a customer's can be marked",
  )
  // A run can have a million customers: only keys that a gathered organization has are held.
  const gathered = new Set<MatchKey>()
  const { read, readAgain } = parts.artifacts
  for await (const organizations of readAgain(partners.gathered, () => true))
    for (const organization of organizations) {
      const key = organizationKey(organization)
      if (key !== null) gathered.add(key)
    }
  const customers = new Set<MatchKey>()
  const take = ({ salesforce_id }: { salesforce_id: string }) => {
    const key = matchKey(salesforce_id)
    if (key !== null && gathered.has(key)) customers.add(key)
  }
  if (isHandedOn(objects)) for await (const records of read(objects, 'needed')) records.forEach(take)
  if (isHandedOn(doubts)) for await (const records of read(doubts)) records.forEach(take)
  return organization => {
    const key = organizationKey(organization)
    return key !== null && customers.has(key)
  }
}
