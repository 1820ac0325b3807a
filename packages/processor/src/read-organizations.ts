import {
  attributesOf,
  byInstanceAsync,
  collectEntitledUntil,
  collectPartnerTypes,
  type EntitledUntil,
  INSTANCE_ARTIFACTS,
  INSTANCES,
  type Instance,
  organizationSchema,
  type PartnerTypes,
  TRAITS,
} from '@support-sync/shared/domain'
import type { BinContext } from '@support-sync/shared/runtime/bin'

/** What the processor asks of the organizations that Zendesk holds. */
export type HeldOrganizations = {
  /** The original's partners_by_sfdc_id. */
  partnerTypes: PartnerTypes
  entitledUntil: Readonly<Record<Instance, EntitledUntil>>
  /** The instances whose organizations were not gathered. */
  notGathered: Instance[]
}

/**
 * Reads what is gathered of both instances. An instance without its artifact is left out: the accounts are decided all
 * the same, and only that instance's compare stops.
 */
export async function readOrganizations(context: BinContext<unknown>): Promise<HeldOrganizations> {
  const partnerTypes = collectPartnerTypes()
  const notGathered = INSTANCES.filter(instance => !context.isThere(INSTANCE_ARTIFACTS[instance].gathered))
  const entitledUntil = await byInstanceAsync(async instance => {
    const entitled = collectEntitledUntil(context.calendar)
    if (notGathered.includes(instance)) return entitled.finish()
    const { gathered } = INSTANCE_ARTIFACTS[instance]
    const schema = organizationSchema(attributesOf(instance))
    for await (const organizations of context.read(gathered, schema, 'needed')) {
      for (const organization of organizations) {
        entitled.add(organization)
        if (TRAITS[instance].hasPartners) partnerTypes.add(organization)
      }
    }
    return entitled.finish()
  })
  return { partnerTypes: partnerTypes.finish(), entitledUntil, notGathered }
}
