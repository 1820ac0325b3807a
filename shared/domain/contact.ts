import { z } from 'zod'
import { readerOf, requiredColumn, textColumn } from './columns.ts'
import { checkbox, text } from './kinds.ts'
import { organizationKey } from './salesforce-id.ts'

/** US Government users: who should exist, by the contacts of Salesforce. An email is the key of a user. */

export const gatheredUserSchema = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string().nullable(),
  role: z.string(),
  organization_id: z.int().nullable(),
  not_in_sfdc: z.boolean().nullable(),
})
export type GatheredUser = z.infer<typeof gatheredUserSchema>

export const userOrganizationSchema = z.object({
  id: z.int(),
  name: z.string(),
  salesforce_id: z.string().nullable(),
})
export type UserOrganization = z.infer<typeof userOrganizationSchema>

export const CONTACT_COLUMNS = {
  name: textColumn('Name'),
  email: textColumn('Email'),
  salesforce_id: requiredColumn('Account.Account_ID_18__c'),
}
export const contactFromSalesforce = readerOf(CONTACT_COLUMNS)

/** A contact that should be a user of one organization. */
export const contactSchema = z.object({
  name: z.string().min(1),
  email: z.string().min(1),
  organization_id: z.int(),
})
export type Contact = z.infer<typeof contactSchema>

/** The user fields that this sync owns. */
export const USER_FIELDS = [{ key: 'not_in_sfdc', kind: checkbox }]

/** What the comparison of users looks at; not_in_sfdc is false on every contact. */
export const USER_ATTRIBUTES = [
  { key: 'name', kind: text },
  { key: 'organization_id', kind: { ...text, equal: (one: unknown, other: unknown) => one === other } },
  ...USER_FIELDS,
]

const PROTECTED_DOMAIN = 'gitlab.com'

/** Whether an address is never this sync's: a GitLab colleague's or the controlled end user's. */
export function protectedAddress(controlledEndUser: string): (email: string | null) => boolean {
  const controlled = userKey(controlledEndUser)
  return email =>
    email !== null && (userKey(email) === controlled || userKey(email).endsWith(`@${PROTECTED_DOMAIN}`))
}

/** The key of a user or contact: its address, without case. */
export function userKey(email: string): string {
  return email.trim().toLowerCase()
}

/** Only end-users with an address are this sync's; agents, admins and users without one are left alone. */
export function isSyncedUser(user: GatheredUser): boolean {
  return user.role === 'end-user' && user.email !== null && user.email.trim() !== ''
}

/** Organization ids by the match key of their salesforce_id; of several organizations the lowest id. */
export function organizationIds(organizations: Iterable<UserOrganization>): Map<string, number> {
  const ids = new Map<string, number>()
  for (const organization of organizations) {
    const { id } = organization
    const key = organizationKey(organization)
    if (key === null) continue
    ids.set(key, Math.min(ids.get(key) ?? id, id))
  }
  return ids
}

/** Of several contacts with one address the lowest organization_id stays, then the first name in order. */
export function distinctContacts(contacts: Iterable<Contact>): Contact[] {
  const byEmail = new Map<string, Contact>()
  for (const contact of contacts) {
    const known = byEmail.get(contact.email)
    if (!known || isBefore(contact, known)) byEmail.set(contact.email, contact)
  }
  return [...byEmail.values()].sort((one, other) => (one.email < other.email ? -1 : 1))
}

function isBefore(one: Contact, other: Contact): boolean {
  if (one.organization_id !== other.organization_id) return one.organization_id < other.organization_id
  return one.name < other.name
}
