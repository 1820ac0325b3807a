import type { UserOrganization } from './contact.ts'
import { type MatchKey, organizationKey } from './salesforce-id.ts'
import type { GatheredUser } from './user.ts'

/**
 * Collects the organizations whose contacts are known: the marked ones, and those that the contacts query covers. The
 * query selects contacts by their account's key, so it covers only the key of an account. An object proves that its key
 * is an account's. Without objects, every key counts as an account's.
 */
export function collectKnownContacts(objectKeys: ReadonlySet<MatchKey> | null) {
  const known = new Set<number>()
  return {
    add(organization: UserOrganization): void {
      const key = organizationKey(organization)
      const isCovered = key !== null && (objectKeys === null || objectKeys.has(key))
      if (isCovered || organization.mark_for_deletion === true) known.add(organization.id)
    },
    /** Whether to mark a user who has no contact: only if they have no organization, or its contacts are known. */
    isToMark: ({ organization_id }: GatheredUser): boolean =>
      organization_id === null || known.has(organization_id),
  }
}
