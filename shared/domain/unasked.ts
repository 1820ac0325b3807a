import type { UserOrganization } from './contact.ts'
import { type MatchKey, organizationKey } from './salesforce-id.ts'
import type { GatheredUser } from './user.ts'

/**
 * Collects the organizations whose contacts are known: the marked ones, and those that the contacts query covers. The
 * query selects contacts by the account's key, so a key without an account gets none. An object proves that its key has
 * an account. Without objects, every key counts.
 */
export function collectAsked(objectKeys: ReadonlySet<MatchKey> | null) {
  const asked = new Set<number>()
  return {
    add(organization: UserOrganization): void {
      const key = organizationKey(organization)
      const isAsked = key !== null && (objectKeys === null || objectKeys.has(key))
      if (isAsked || organization.mark_for_deletion === true) asked.add(organization.id)
    },
    /** Whether to mark a user who has no contact. The contacts of any other organization are not known. */
    isMarked: ({ organization_id }: GatheredUser): boolean =>
      organization_id === null || asked.has(organization_id),
  }
}
