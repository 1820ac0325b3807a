import { z } from 'zod'
import type { Client } from './client.ts'
import { ORGANIZATION, parseAnswer, USER, type ZendeskOrganization, type ZendeskUser } from './schemas.ts'

/** A user with all their addresses; null if Zendesk did not show them. */
export type ShownUser = { user: ZendeskUser; addresses: string[] | null }

const ORGANIZATIONS = z.object({ organizations: z.array(ORGANIZATION) })
const IDENTITY = z.object({ user_id: z.int(), type: z.string(), value: z.string() })
const USERS = z.object({ users: z.array(USER), identities: z.array(IDENTITY).nullish() })

/** Up to 100 organizations as they are now, without deleted ones. */
export async function showOrganizations(
  client: Client,
  ids: readonly number[],
): Promise<ZendeskOrganization[]> {
  if (ids.length === 0) return []
  const answer = await client.request('GET', ['organizations', 'show_many', { ids: ids.join(',') }])
  return parseAnswer(ORGANIZATIONS, answer, client.service, 'GET /organizations/show_many').organizations
}

/** Up to 100 users as they are now. Deleted users are included, as inactive. */
export async function showUsers(client: Client, ids: readonly number[]): Promise<ShownUser[]> {
  if (ids.length === 0) return []
  const query = { ids: ids.join(','), include: 'identities' }
  const answer = await client.request('GET', ['users', 'show_many', query])
  const { users, identities } = parseAnswer(USERS, answer, client.service, 'GET /users/show_many')
  return users.map(user => {
    const own = identities?.filter(({ user_id }) => user_id === user.id) ?? []
    // Every user has an identity. If there is none, Zendesk did not show them.
    const addresses = own.filter(({ type }) => type === 'email').map(({ value }) => value)
    return { user, addresses: own.length === 0 ? null : addresses }
  })
}
