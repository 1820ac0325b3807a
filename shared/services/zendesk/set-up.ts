import type { HttpContext } from '../http/index.ts'
import { createClient, type RateLimit } from './client.ts'
import type { ZendeskCredentials } from './credentials.ts'
import {
  addFieldOptions,
  createField,
  type FieldOwner,
  listFields,
  type NewField,
  type ZendeskField,
} from './fields.ts'
import type { Refusal } from './refusal.ts'
import { type CurrentUser, readCurrentUser } from './rights.ts'
import { findUsersByEmail, type UserMatch } from './users.ts'

/** How an instance is set up, for checks. Every function throws `ExpectedError` like those of `Zendesk`. */
export type ZendeskSetUp = {
  /** The user that the token belongs to, see `readCurrentUser`. */
  currentUser(): Promise<CurrentUser>
  /** Every custom field of organizations or of users. */
  fields(owner: FieldOwner): Promise<ZendeskField[]>
  /** Creates a field. Returns Zendesk's reason if it refuses. */
  createField(owner: FieldOwner, field: NewField): Promise<Refusal | null>
  /** Adds options to a drop-down, see `addFieldOptions`. */
  addFieldOptions(owner: FieldOwner, fieldId: number, options: NewField['options']): Promise<Refusal | null>
  findUsersByEmail(email: string): Promise<UserMatch[]>
  /** The rate limit in the last answer that has one; null before. */
  rateLimit(): RateLimit | null
}

/** Connects to an instance. Sends nothing before the first call. */
export function connectZendeskSetUp(credentials: ZendeskCredentials, context: HttpContext): ZendeskSetUp {
  const client = createClient(credentials, context)
  return {
    currentUser: () => readCurrentUser(client),
    fields: owner => listFields(client, owner),
    createField: (owner, field) => createField(client, owner, field),
    addFieldOptions: (owner, fieldId, options) => addFieldOptions(client, owner, fieldId, options),
    findUsersByEmail: email => findUsersByEmail(client, email),
    rateLimit: () => client.rateLimit(),
  }
}
