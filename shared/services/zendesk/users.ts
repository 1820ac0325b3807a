import { z } from 'zod'
import { isCancelled, RefusedError, unknownAnswer } from '../http/index.ts'
import type { Client } from './client.ts'
import { type CreateResult, createOnce } from './create.ts'
import type { FollowJob } from './follow-jobs.ts'
import type { ItemResult } from './job.ts'
import { type Refusal, refusalOrThrow } from './refusal.ts'
import { parseAnswer, USER, type ZendeskUser } from './schemas.ts'
import { stopped } from './stopped.ts'
import { updateMany } from './update-many.ts'

export type NewUser = {
  name: string
  email: string
  organization_id: number | null
  user_fields: Record<string, unknown>
}
export type UserUpdate = {
  id: number
  name?: string
  organization_id?: number | null
  user_fields?: Record<string, unknown>
}
/** A user with an address; `primary` is whether it is the primary one. */
export type UserMatch = { user: ZendeskUser; primary: boolean }
export type MembershipResult = { outcome: 'added' } | ({ outcome: 'refused' } & Refusal)

/** Zendesk ends a search long before this, at 1,000 results. */
const MAX_PAGES = 100

const FOUND = z.object({ users: z.array(USER), next_page: z.string().nullish() })
const SHOWN = z.object({ user: USER })
const CREATED = z.object({ user: z.looseObject({ id: z.int() }) })
// Read whole answers: the library's own lists treat any unknown answer as an empty list.
const IDENTITIES = z.object({ identities: z.array(z.object({ type: z.string(), value: z.string() })) })
const MEMBERSHIP = z.object({ organization_id: z.int() })
const ADDED = z.object({ organization_membership: MEMBERSHIP })
const MEMBERSHIPS = z.object({ organization_memberships: z.array(MEMBERSHIP) })

/** Creates an end user without sending them an email, see `createOnce`. */
export function createUser(client: Client, newUser: NewUser): Promise<CreateResult<UserMatch, ZendeskUser>> {
  const { name, email, organization_id, user_fields } = newUser
  const user = { name, email, organization_id, user_fields, role: 'end-user', skip_verify_email: true }
  return createOnce(
    async () => {
      const answer = await client.request('POST', ['users'], { user })
      const { user: created } = parseAnswer(CREATED, answer, client.service, 'POST /users')
      return { id: created.id, record: USER.safeParse(created).data }
    },
    async () => (await findUsersByEmail(client, email))[0],
    client.context,
  )
}

/**
 * Finds the active users with exactly this address, in upper or lower case. Zendesk uses its search index, where a new user can be
 * missing for some minutes.
 */
export async function findUsersByEmail(client: Client, email: string): Promise<UserMatch[]> {
  const address = email.trim().toLowerCase()
  const matches: UserMatch[] = []
  for (const user of await searchUsers(client, address)) {
    // The search also matches parts of addresses, and secondary addresses.
    const primary = user.email?.toLowerCase() === address
    if (user.active && (primary || (await hasIdentity(client, user.id, address)))) {
      matches.push({ user, primary })
    }
  }
  return matches
}

async function searchUsers(client: Client, address: string): Promise<ZendeskUser[]> {
  // Quoted, so that Zendesk does not read a plus or a hyphen as its own search syntax.
  const query = `email:"${address.replaceAll('"', '')}"`
  const users: ZendeskUser[] = []
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await client.request('GET', ['users', 'search', { query, page, per_page: 100 }])
    const found = parseAnswer(FOUND, answer, client.service, 'GET /users/search')
    users.push(...found.users)
    if (!found.next_page || found.users.length === 0) return users
  }
  throw unknownAnswer(client.service, 'GET /users/search', `more than ${MAX_PAGES} pages`)
}

async function hasIdentity(client: Client, userId: number, address: string): Promise<boolean> {
  try {
    const answer = await client.request('GET', ['users', userId, 'identities'])
    const { identities } = parseAnswer(IDENTITIES, answer, client.service, 'GET /users/identities')
    return identities.some(({ type, value }) => type === 'email' && value.toLowerCase() === address)
  } catch (error) {
    // The search index still has a user for some minutes after their deletion; their addresses are free.
    if (isNotFound(error) && !(await isActive(client, userId))) return false
    throw error
  }
}

async function isActive(client: Client, userId: number): Promise<boolean> {
  try {
    const answer = await client.request('GET', ['users', userId])
    return parseAnswer(SHOWN, answer, client.service, 'GET /users').user.active
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

/**
 * Makes a user a member of an organization. Unlike setting organization_id, this cannot remove the user from an
 * organization that they joined meanwhile: if users may have only one organization, Zendesk refuses the second.
 */
export async function addUserToOrganization(
  client: Client,
  userId: number,
  organizationId: number,
): Promise<MembershipResult> {
  try {
    const answer = await client.request('POST', ['organization_memberships'], {
      organization_membership: { user_id: userId, organization_id: organizationId },
    })
    parseAnswer(ADDED, answer, client.service, 'POST /organization_memberships')
    return { outcome: 'added' }
  } catch (error) {
    if (isCancelled(error)) return { outcome: 'refused', ...stopped(error) }
    const refusal = refusalOrThrow(error)
    return (await isMember(client, userId, organizationId))
      ? { outcome: 'added' }
      : { outcome: 'refused', ...refusal }
  }
}

async function isMember(client: Client, userId: number, organizationId: number): Promise<boolean> {
  try {
    const answer = await client.request('GET', ['users', userId, 'organization_memberships'])
    const { organization_memberships } = parseAnswer(
      MEMBERSHIPS,
      answer,
      client.service,
      'GET /users/organization_memberships',
    )
    return organization_memberships.some(membership => membership.organization_id === organizationId)
  } catch (error) {
    // The user is gone. The refusal already says that they could not be added.
    if (isNotFound(error)) return false
    throw error
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof RefusedError && error.status === 404
}

/**
 * Sends only the attributes of `UserUpdate`, even if an item has more, see `updateMany`. An address in an update would
 * become a secondary address of the user.
 */
export function updateUsers(
  client: Client,
  follow: FollowJob,
  items: readonly UserUpdate[],
): Promise<ItemResult[]> {
  const sent = items.map(({ id, name, organization_id, user_fields }) => ({
    id,
    name,
    organization_id,
    user_fields,
  }))
  return updateMany(client, follow, 'users', sent)
}
