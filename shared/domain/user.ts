import { z } from 'zod'
import { changesSchema } from './changes.ts'
import { contactSchema } from './contact.ts'
import { checkbox, text } from './field-types.ts'

/** A user of Zendesk US Government; the email is the key. A record of zendesk_users.json. */
export const gatheredUserSchema = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string().nullable(),
  role: z.string(),
  organization_id: z.int().nullable(),
  not_in_sfdc: z.boolean().nullable(),
  /** Only present for a suspended user. Suspended users cannot submit tickets. */
  suspended: z.literal(true).exactOptional(),
})
export type GatheredUser = z.infer<typeof gatheredUserSchema>

/** The user fields that this sync owns. */
export const USER_FIELDS = [{ key: 'not_in_sfdc', kind: checkbox }]

/** The attributes that the comparison of users looks at; not_in_sfdc is false for every contact. */
export const USER_ATTRIBUTES = [
  { key: 'name', kind: text },
  { key: 'organization_id', kind: { ...text, equal: (one: unknown, other: unknown) => one === other } },
  ...USER_FIELDS,
]

/** A user to create: the contact, with not_in_sfdc false. */
export const userCreateSchema = contactSchema.extend({ not_in_sfdc: z.literal(false) })
export type UserCreate = z.infer<typeof userCreateSchema>

/** A user to update. The email is the key; the sync never sends it. */
export const userUpdateSchema = z.object({
  id: z.int(),
  email: z.string(),
  name: z.string(),
  organization_id: z.int(),
  not_in_sfdc: z.literal(false),
  changes: changesSchema(USER_ATTRIBUTES),
})
export type UserUpdate = z.infer<typeof userUpdateSchema>

const PROTECTED_DOMAIN = 'gitlab.com'

/** Returns a predicate: whether an address is protected, as one of gitlab.com or the controlled end user's. */
export function protectedAddress(controlledEndUser: string): (email: string | null) => boolean {
  const controlled = userKey(controlledEndUser)
  return email =>
    email !== null && (userKey(email) === controlled || userKey(email).endsWith(`@${PROTECTED_DOMAIN}`))
}

/** The key of a user or contact: their address in lower case. */
export function userKey(email: string): string {
  return email.trim().toLowerCase()
}

/** Whether the sync handles a user: only end users with an address. It leaves agents and admins alone. */
export function isSyncedUser(user: GatheredUser): boolean {
  return user.role === 'end-user' && user.email !== null && user.email.trim() !== ''
}
