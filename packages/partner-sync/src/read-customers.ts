import {
  doubtSchema,
  INSTANCE_ARTIFACTS,
  instanceObjectSchema,
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  organizationSchema,
  PARTNERS_INSTANCE,
} from '@support-sync/shared/domain'
import { PARTNER_SYNC } from '@support-sync/shared/pipeline'
import { type BinContext, startedAlone } from '@support-sync/shared/runtime/bin'

const OBJECTS = INSTANCE_ARTIFACTS[PARTNERS_INSTANCE].objects
const DOUBTS = 'doubts.json'

/**
 * Says of a partner's organization whether it is a customer's by now: one whose key the run's objects or its accounts
 * in doubt have. Warns where the run hands none on.
 */
export async function readCustomers(
  context: BinContext<unknown>,
): Promise<(organization: Organization) => boolean> {
  const isHandedOn = startedAlone(
    context,
    [OBJECTS, DOUBTS],
    "Started without the run's customers: a partner's organization that became a customer's can be marked",
  )
  // A run can have a million customers: only keys that a gathered organization has are held.
  const gathered = new Set<MatchKey>()
  const schema = organizationSchema(PARTNER_SYNC.attributes)
  for await (const organizations of context.readAgain(PARTNER_SYNC.inputs.gathered, schema, () => true))
    for (const organization of organizations) {
      const key = organizationKey(organization)
      if (key !== null) gathered.add(key)
    }
  const customers = new Set<MatchKey>()
  const take = ({ salesforce_id }: { salesforce_id: string }) => {
    const key = matchKey(salesforce_id)
    if (key !== null && gathered.has(key)) customers.add(key)
  }
  if (isHandedOn(OBJECTS)) {
    const objectSchema = instanceObjectSchema(PARTNERS_INSTANCE)
    for await (const objects of context.read(OBJECTS, objectSchema, 'needed')) objects.forEach(take)
  }
  if (isHandedOn(DOUBTS)) for await (const doubts of context.read(DOUBTS, doubtSchema)) doubts.forEach(take)
  return organization => {
    const key = organizationKey(organization)
    return key !== null && customers.has(key)
  }
}
