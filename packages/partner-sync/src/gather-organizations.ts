import {
  type Attribute,
  isPartnerType,
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  organizationReader,
  PARTNERS_INSTANCE,
  type SyncObject,
} from '@support-sync/shared/domain'
import type { Zendesk } from '@support-sync/shared/services/zendesk'

/** The match keys of the partners that the previous bin gathered. */
export async function readPartnerKeys(
  gathered: AsyncIterable<readonly SyncObject[]>,
): Promise<ReadonlySet<MatchKey>> {
  const keys = new Set<MatchKey>()
  for await (const partners of gathered)
    for (const { salesforce_id } of partners) {
      const key = matchKey(salesforce_id)
      if (key !== null) keys.add(key)
    }
  return keys
}

/**
 * The organizations of a partner type, and the partners' organizations of any type: the sync updates the organization of a
 * customer that became a partner, instead of creating a second one.
 */
export async function* gatherOrganizations(
  zendesk: Zendesk,
  partners: ReadonlySet<MatchKey>,
  attributes: readonly Attribute[],
): AsyncGenerator<Organization> {
  const read = organizationReader(PARTNERS_INSTANCE, attributes)
  for await (const page of zendesk.organizations()) {
    for (const organization of page.map(read)) {
      const key = organizationKey(organization)
      if (isPartnerType(organization.account_type) || (key !== null && partners.has(key))) yield organization
    }
  }
}
