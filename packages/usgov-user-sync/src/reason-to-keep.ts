import { type GatheredUser, type ResultCode, userKey } from '@support-sync/shared/domain'
import type { ShownUser } from '@support-sync/shared/services/zendesk'

export type Reason = { code: ResultCode; error: string }

/** The email addresses that prevent a mark. */
export type Addresses = {
  isProtected: (email: string | null) => boolean
  /** The email addresses of this plan's contacts. */
  contacts: ReadonlySet<string>
}

/** Why a user is not marked, by what Zendesk shows just before. Undefined if the sync may mark them. */
export function reasonToKeep(
  gathered: GatheredUser,
  { user, addresses }: ShownUser,
  { isProtected, contacts }: Addresses,
): Reason | undefined {
  const changed = (error: string): Reason => ({ code: 'CHANGED_MEANWHILE', error })
  if (user.role !== 'end-user') return changed('is no longer an end user')
  if (keyOf(user.email) !== keyOf(gathered.email)) return changed('has another email address now')
  if (user.organization_id !== gathered.organization_id) return changed('is in another organization now')
  if (addresses === null)
    return { code: 'IDENTITIES_NOT_SHOWN', error: 'Zendesk did not return the email addresses of this user' }
  if (addresses.some(isProtected))
    return { code: 'ADDRESS_PROTECTED', error: "one of this user's email addresses is protected" }
  if (addresses.some(address => contacts.has(userKey(address))))
    return { code: 'ADDRESS_OF_CONTACT', error: "one of this user's email addresses is a contact's" }
  return undefined
}

function keyOf(email: string | null): string | null {
  return email === null ? null : userKey(email)
}
