import {
  ACCOUNT_COLUMNS,
  type Account,
  accountFromSalesforce,
  type Calendar,
  CHARGE_COLUMNS,
  SUBSCRIPTION_COLUMNS,
  selectList,
  type UnfamiliarValues,
} from '@support-sync/shared/domain'
import { cutByCreation, readRows, type Salesforce } from '@support-sync/shared/services/salesforce'

/** Which accounts are read. */
const WHICH = "Type IN ('Customer', 'Former Customer')"

/**
 * The accounts query, of one range of the accounts where one is given. Charges that ended up to three years ago are
 * needed: they date an expiry.
 */
export function accountsQuery({ three_years_out }: Calendar, range = ''): string {
  return `SELECT ${selectList(ACCOUNT_COLUMNS)},
    ( SELECT ${selectList(SUBSCRIPTION_COLUMNS)} FROM Zuora__Subscriptions__r
      WHERE Zuora__Status__c != 'Cancelled' AND Zuora__SubscriptionEndDate__c >= ${three_years_out} ),
    ( SELECT ${selectList(CHARGE_COLUMNS)} FROM Zuora__R00N40000001lGjTEAU__r
      WHERE Subscription_Status__c != 'Cancelled' AND Zuora__EffectiveEndDate__c >= ${three_years_out} )
    FROM Account WHERE ${[WHICH, ...(range ? [range] : [])].join(' AND ')}`.replace(/\s+/g, ' ')
}

/** What a gather needs besides Salesforce. */
type Gathering = {
  calendar: Calendar
  /** Collects the values that are read as others. */
  unfamiliar: UnfamiliarValues
  /** How many accounts a range has, about. */
  rangeSize: number
}

/**
 * Every account of the query, remapped, range by range in the order of their creation, and in Salesforce's order
 * within a range.
 * Throws a `ExpectedError` when the answer is short or not understood.
 */
export async function* gatherAccounts(
  salesforce: Salesforce,
  { calendar, unfamiliar, rangeSize }: Gathering,
): AsyncGenerator<Account> {
  const ranges = await cutByCreation(salesforce, { object: 'Account', which: WHICH }, rangeSize)
  const queries = ranges.map(range => accountsQuery(calendar, range))
  for await (const page of salesforce.queryAll(queries)) {
    for (const row of page) unfamiliar.add(row)
    yield* readRows(page, accountFromSalesforce, 'Account')
  }
}
