import { type GatheredUser, type ResultCode, userKey } from '@support-sync/shared/domain'
import type { ShownUser } from '@support-sync/shared/services/zendesk'

export type Reason = { code: ResultCode; error: string }

/** Whose addresses hold a mark back. */
export type Addresses = {
  isProtected: (email: string | null) => boolean
  /** The addresses of this plan's contacts. */
  contacts: ReadonlySet<string>
}

/** Why a user is not marked, going by what Zendesk shows just before; undefined to mark. */
export function reasonToKeep(
  gathered: GatheredUser,
  { user, addresses }: ShownUser,
  { isProtected, contacts }: Addresses,
): Reason | undefined {
  const changed = (error: string): Reason => ({ code: 'CHANGED_MEANWHILE', error })
  if (user.role !== 'end-user') return changed('is no end-user any more')
  if (keyOf(user.email) !== keyOf(gathered.email)) return changed('has another address by now')
  if (user.organization_id !== gathered.organization_id) return changed('is in another organization by now')
  if (addresses === null)
    return { code: 'IDENTITIES_NOT_SHOWN', error: 'Zendesk did not show the addresses of this user' }
  if (addresses.some(isProtected))
    return { code: 'ADDRESS_PROTECTED', error: 'one of the addresses of this user is protected' }
  if (addresses.some(address => contacts.has(userKey(address))))
    return { code: 'ADDRESS_OF_CONTACT', error: 'one of the addresses of this user is a contact’s' }
  return undefined
}

function keyOf(email: string | null): string | null {
  return email === null ? null : userKey(email)
}
