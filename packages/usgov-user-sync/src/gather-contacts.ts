import {
  CONTACT_COLUMNS,
  type Contact,
  contactFromSalesforce,
  distinctContacts,
  longId,
  matchKey,
  organizationIds,
  protectedAddress,
  selectList,
  type UserOrganization,
  userKey,
} from '@support-sync/shared/domain'
import { readRows, type Salesforce } from '@support-sync/shared/services/salesforce'

/** 500 quoted ids stay below Salesforce's limit of 16,384 bytes for URI and headers. */
const CHUNK = 500

/** The contacts query for these accounts. The ids have the format of Salesforce ids, so they need no escaping. */
export function contactsQuery(salesforceIds: readonly string[]): string {
  const chunk = salesforceIds.map(id => `'${id}'`).join(', ')
  return `SELECT ${selectList(CONTACT_COLUMNS)} FROM Contact
    WHERE Inactive_Contact__c = false AND Role__c INCLUDES ('Gitlab Admin') AND Name != '' AND Email != ''
    AND Account.Account_ID_18__c IN (${chunk})`.replace(/\s+/g, ' ')
}

/**
 * The contacts of the gathered organizations' accounts, one per email address. People type an organization's
 * salesforce_id, so only texts with the format of an id reach the query.
 */
export async function gatherContacts(
  organizations: readonly UserOrganization[],
  controlledUser: string,
  connect: () => Promise<Pick<Salesforce, 'queryAll'>>,
): Promise<Contact[]> {
  const organizationIdByKey = organizationIds(organizations)
  const salesforceIds = [...organizationIdByKey.keys()].map(longId)
  const isProtected = protectedAddress(controlledUser)
  const salesforce = await connect()
  const contacts: Contact[] = []
  const queries: string[] = []
  for (let start = 0; start < salesforceIds.length; start += CHUNK)
    queries.push(contactsQuery(salesforceIds.slice(start, start + CHUNK)))
  for await (const page of salesforce.queryAll(queries)) {
    for (const { name, email, salesforce_id } of readRows(page, contactFromSalesforce, 'Contact')) {
      const key = matchKey(salesforce_id)
      const organization_id = key === null ? undefined : organizationIdByKey.get(key)
      const address = userKey(email ?? '')
      const fullName = name?.trim() ?? ''
      if (organization_id === undefined || address === '' || fullName === '' || isProtected(address)) continue
      contacts.push({ name: fullName, email: address, organization_id })
    }
  }
  return distinctContacts(contacts)
}
