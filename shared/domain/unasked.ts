import type { UserOrganization } from './contact.ts'
import { type MatchKey, organizationKey } from './salesforce-id.ts'
import type { GatheredUser } from './user.ts'

/**
 * Collects the organizations whose contacts are known: those that are marked, and those that Salesforce was asked
 * about. Asked is by key, and a key that no account has gets no answer: only an account with an object surely has one.
 * Without objects, every key counts as an account's.
 */
export function collectAsked(objectKeys: ReadonlySet<MatchKey> | null) {
  const asked = new Set<number>()
  return {
    add(organization: UserOrganization): void {
      const key = organizationKey(organization)
      const isAsked = key !== null && (objectKeys === null || objectKeys.has(key))
      if (isAsked || organization.mark_for_deletion === true) asked.add(organization.id)
    },
    /** Whether a user without a contact is to be marked: nobody knows the contacts of any other organization. */
    isMarked: ({ organization_id }: GatheredUser): boolean =>
      organization_id === null || asked.has(organization_id),
  }
}
