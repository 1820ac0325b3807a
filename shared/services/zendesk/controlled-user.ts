import { badInput } from '../../runtime/errors/index.ts'
import type { UserMatch } from './users.ts'

/** Searches an instance's users by address. */
type UserSearch = { findUsersByEmail: (email: string) => Promise<UserMatch[]> }

/**
 * Finds the user with CONTROLLED_END_USER_EMAIL as an address, primary or other. Throws an `ExpectedError` if there is
 * none: a mistyped address protects nobody.
 */
export async function findControlledUser(zendesk: UserSearch, email: string): Promise<UserMatch> {
  const [match] = await zendesk.findUsersByEmail(email)
  if (match) return match
  throw badInput('CONTROLLED_USER_NOT_FOUND', {
    message: 'no user has the address in CONTROLLED_END_USER_EMAIL, so it protects nobody',
    next: "Set CONTROLLED_END_USER_EMAIL to the user's address in Zendesk.",
  })
}
