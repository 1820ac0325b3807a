import {
  getsOrganization,
  type MatchKey,
  matchKey,
  type Organization,
  PARTNERS_INSTANCE,
  probableKey,
  type SyncObject,
} from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { type BinParts, warnIfStartedAlone } from '@support-sync/shared/runtime/bin'
import { nameKey } from '@support-sync/shared/runtime/text'

const { objects } = artifacts.instances[PARTNERS_INSTANCE]
const { doubts } = artifacts

/**
 * Returns whether an organization, one of `among`, belongs to a customer: its key is that of one of the run's objects or
 * accounts in doubt, or its name is that of an object. In the second case sync-global cannot create the customer's
 * organization, and this one is probably it. Warns if the run lacks one of these artifacts.
 */
export async function readCustomers(
  parts: BinParts<typeof objects | typeof doubts, never>,
  among: readonly Organization[],
): Promise<(organization: Organization) => boolean> {
  const isHandedOn = warnIfStartedAlone(
    parts,
    [objects, doubts],
    "Started without the run's customers: the sync can mark an organization that was a partner's and is now a customer's",
  )
  // A run can have a million customers, so this keeps only those that may be among these organizations.
  const keys = new Set(among.map(probableKey))
  const names = new Set(among.map(({ name }) => nameKey(name)))
  const customers = new Set<MatchKey>()
  const customerNames = new Set<string>()
  const add = ({ salesforce_id }: { salesforce_id: string }) => {
    const key = matchKey(salesforce_id)
    if (key !== null && keys.has(key)) customers.add(key)
  }
  const addObject = (object: SyncObject) => {
    add(object)
    const name = nameKey(object.name)
    if (names.has(name) && getsOrganization(object)) customerNames.add(name)
  }
  const { read } = parts.artifacts
  if (isHandedOn(objects)) for await (const records of read(objects, 'needed')) records.forEach(addObject)
  if (isHandedOn(doubts)) for await (const records of read(doubts)) records.forEach(add)
  return organization => {
    const key = probableKey(organization)
    return (key !== null && customers.has(key)) || customerNames.has(nameKey(organization.name))
  }
}
