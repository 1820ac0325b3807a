import { calendarOf, type Day } from '@support-sync/shared/domain'
import { accountsQuery } from '../../packages/accounts/src/gather-accounts.ts'
import { partnersQuery } from '../../packages/partner-sync/src/gather-partners.ts'
import { contactsQuery } from '../../packages/usgov-user-sync/src/gather-contacts.ts'
import { type Queried, queriedBy } from './queried-fields.ts'

const ANY_ID = '000000000000000AAA'

/** What the stages' Salesforce queries read. */
export function salesforceQueries(today: Day): ({ object: string } & Queried)[] {
  return [accountsQuery(calendarOf(today)), partnersQuery(ANY_ID), contactsQuery([ANY_ID])].map(queriedBy)
}
