import { z } from 'zod'
import { readerOf, requiredColumn, textColumn } from './columns.ts'
import { BY_ORGANIZATION, unify } from './comparison.ts'
import { filledText, orElse } from './field-types.ts'
import { type MatchKey, organizationKey } from './salesforce-id.ts'

/** A record of usgov-user-sync's zendesk_orgs.json: an organization that contacts may belong to. */
export const userOrganizationSchema = z.object({
  id: z.int(),
  name: z.string(),
  salesforce_id: z.string().nullable(),
  sfdc_short_id: orElse(z.string().nullable(), null),
  mark_for_deletion: orElse(z.boolean().nullable(), false),
})
export type UserOrganization = z.infer<typeof userOrganizationSchema>

/** A contact's attributes in Salesforce. */
export const CONTACT_COLUMNS = {
  name: textColumn('Name'),
  email: textColumn('Email'),
  salesforce_id: requiredColumn('Account.Account_ID_18__c'),
}

/** Reads a raw Contact of the contacts query. */
export const contactFromSalesforce = readerOf(CONTACT_COLUMNS)

/** A record of salesforce_contacts.json: a contact who should be a user of one organization. */
export const contactSchema = z.object({
  name: filledText,
  email: filledText,
  organization_id: z.int(),
})
export type Contact = z.infer<typeof contactSchema>

/** Organization ids by match key. If several organizations have the same key, the one that the comparison matches. */
export function organizationIds(organizations: readonly UserOrganization[]): Map<MatchKey, number> {
  const unified = unify(organizations, BY_ORGANIZATION)
  const ids = new Map<MatchKey, number>()
  for (const organization of organizations) {
    const key = organizationKey(organization)
    if (key === null) continue
    const taken = unified.take(key)
    if (taken.kind === 'item') ids.set(key, taken.item.id)
  }
  return ids
}

/** Keeps one contact per address: the one with the lowest organization_id, then the one whose name sorts first. */
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
