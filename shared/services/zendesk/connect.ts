import { type HttpContext, prefetch } from '../http/index.ts'
import { createClient } from './client.ts'
import type { CreateResult } from './create.ts'
import type { ZendeskCredentials } from './credentials.ts'
import { type FieldOwner, listFields, type ZendeskField } from './fields.ts'
import { followJobs } from './follow-jobs.ts'
import type { ItemResult } from './job.ts'
import { listAll } from './list.ts'
import {
  createOrganization,
  findOrganizationsByName,
  type NewOrganization,
  type OrganizationUpdate,
  updateOrganizations,
} from './organizations.ts'
import { ORGANIZATION, USER, type ZendeskOrganization, type ZendeskUser } from './schemas.ts'
import { type ShownUser, showOrganizations, showUsers } from './show-many.ts'
import {
  addUserToOrganization,
  createUser,
  findUsersByEmail,
  type MembershipResult,
  type NewUser,
  type UserMatch,
  type UserUpdate,
  updateUsers,
} from './users.ts'

/** One Zendesk instance. Every function throws `ExpectedError` if Zendesk is unavailable or refuses the login. */
export type Zendesk = {
  /** Every custom field of organizations or of users. */
  fields(owner: FieldOwner): Promise<ZendeskField[]>
  /** Every organization, page by page, with the next page prefetched, see `listAll`. */
  organizations(): AsyncIterable<ZendeskOrganization[]>
  /** Every user, the same way. */
  users(): AsyncIterable<ZendeskUser[]>
  findOrganizationsByName(name: string): Promise<ZendeskOrganization[]>
  createOrganization(
    organization: NewOrganization,
  ): Promise<CreateResult<ZendeskOrganization, ZendeskOrganization>>
  /** Updates up to 100 organizations with one Zendesk job. Returns one result for each, in order, see `updateMany`. */
  updateOrganizations(items: readonly OrganizationUpdate[]): Promise<ItemResult[]>
  findUsersByEmail(email: string): Promise<UserMatch[]>
  createUser(user: NewUser): Promise<CreateResult<UserMatch, ZendeskUser>>
  /** Updates up to 100 users. Returns one result for each, in order, see `updateMany`. */
  updateUsers(items: readonly UserUpdate[]): Promise<ItemResult[]>
  /** Up to 100 organizations as they are now, without deleted ones. */
  showOrganizations(ids: readonly number[]): Promise<ZendeskOrganization[]>
  /** Up to 100 users as they are now, with their addresses. */
  showUsers(ids: readonly number[]): Promise<ShownUser[]>
  addUserToOrganization(userId: number, organizationId: number): Promise<MembershipResult>
}

/** Connects to an instance. Sends nothing before the first call. */
export function connectZendesk(credentials: ZendeskCredentials, context: HttpContext): Zendesk {
  const client = createClient(credentials, context)
  const follow = followJobs(client)
  return {
    fields: owner => listFields(client, owner),
    organizations: () => prefetch(listAll(client, 'organizations', ORGANIZATION)),
    users: () => prefetch(listAll(client, 'users', USER)),
    findOrganizationsByName: name => findOrganizationsByName(client, name),
    createOrganization: organization => createOrganization(client, organization),
    updateOrganizations: items => updateOrganizations(client, follow, items),
    findUsersByEmail: email => findUsersByEmail(client, email),
    createUser: user => createUser(client, user),
    updateUsers: items => updateUsers(client, follow, items),
    showOrganizations: ids => showOrganizations(client, ids),
    showUsers: ids => showUsers(client, ids),
    addUserToOrganization: (userId, organizationId) => addUserToOrganization(client, userId, organizationId),
  }
}
