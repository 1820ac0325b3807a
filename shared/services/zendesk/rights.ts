import { z } from 'zod'
import type { Client } from './client.ts'
import { parseAnswer } from './schemas.ts'

const CURRENT = z.object({
  user: z.object({
    /** Null without a login: Zendesk then shows an anonymous end-user. */
    id: z.int().nullable(),
    role: z.string(),
    custom_role_id: z.int().nullish(),
    suspended: z.boolean().nullish(),
  }),
})

const ROLE = z.object({
  custom_role: z.object({
    name: z.string(),
    configuration: z.looseObject({
      organization_editing: z.boolean().optional(),
      end_user_profile_access: z.string().optional(),
    }),
  }),
})

/** The user that the token belongs to, and which of the sync's actions they may do. */
export type CurrentUser = {
  id: number | null
  role: string
  suspended: boolean
  /** Add and change organizations. */
  mayWriteOrganizations: boolean
  /** Change users, and put them into organizations. */
  mayWriteUsers: boolean
  /** Add users. */
  mayCreateUsers: boolean
}

/**
 * Reads the user that we are logged in as. Admins may do everything. Agents may do what their custom role grants, and
 * without one only what tickets need
 * (https://developer.zendesk.com/api-reference/ticketing/account-configuration/custom_roles/#configuration).
 */
export async function readCurrentUser(client: Client): Promise<CurrentUser> {
  const answer = await client.request('GET', ['users', 'me'])
  const { user } = parseAnswer(CURRENT, answer, client.service, 'GET /users/me')
  const { id, role, custom_role_id, suspended } = user
  const profiles = role === 'admin' ? 'full' : ''
  const granted =
    role === 'agent' && custom_role_id
      ? await readRole(client, custom_role_id)
      : { organizations: role === 'admin', profiles }
  return {
    id,
    role,
    suspended: suspended ?? false,
    mayWriteOrganizations: granted.organizations,
    mayWriteUsers: ['edit', 'full'].includes(granted.profiles),
    mayCreateUsers: granted.profiles === 'full',
  }
}

async function readRole(client: Client, id: number) {
  const answer = await client.request('GET', ['custom_roles', id])
  const { custom_role } = parseAnswer(ROLE, answer, client.service, 'GET /custom_roles/ID')
  const { organization_editing = false, end_user_profile_access = '' } = custom_role.configuration
  return { organizations: organization_editing, profiles: end_user_profile_access }
}
