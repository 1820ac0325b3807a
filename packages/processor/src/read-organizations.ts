import {
  byInstanceAsync,
  collectEntitledUntil,
  collectPartnerTypes,
  type EntitledUntil,
  INSTANCES,
  type Instance,
  type PartnerTypes,
  TRAITS,
} from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import type { Parts } from './rules.ts'

/** What the processor needs to know about Zendesk's organizations. */
export type OrganizationFacts = {
  /** `partners_by_sfdc_id` in the previous system. */
  partnerTypes: PartnerTypes
  entitledUntil: Readonly<Record<Instance, EntitledUntil>>
  /** The instances whose organizations were not gathered. */
  notGathered: Instance[]
}

/**
 * Reads the gathered organizations of all instances. If an instance's artifact is missing, the processor still decides
 * the accounts, and only that instance's compare stops.
 */
export async function readOrganizations({
  artifacts: { isThere, read },
  run,
}: Parts): Promise<OrganizationFacts> {
  const partnerTypes = collectPartnerTypes()
  const notGathered = INSTANCES.filter(instance => !isThere(artifacts.instances[instance].gathered))
  const entitledUntil = await byInstanceAsync(async instance => {
    const entitled = collectEntitledUntil(run.calendar)
    if (notGathered.includes(instance)) return entitled.finish()
    for await (const organizations of read(artifacts.instances[instance].gathered, 'needed')) {
      for (const organization of organizations) {
        entitled.add(organization)
        if (TRAITS[instance].hasPartners) partnerTypes.add(organization)
      }
    }
    return entitled.finish()
  })
  return { partnerTypes: partnerTypes.finish(), entitledUntil, notGathered }
}
