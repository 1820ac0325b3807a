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
import type { GatherPart } from '@support-sync/shared/pipeline'
import {
  createdInPart,
  rangesByCreation,
  readRows,
  type Salesforce,
} from '@support-sync/shared/services/salesforce'

/** The accounts to read. */
const WHICH = "Type IN ('Customer', 'Former Customer')"

/**
 * The accounts query, restricted by further conditions if given. It includes subscriptions and charges that ended up to
 * three years ago, because an expired account's expiration_date comes from them.
 */
export function accountsQuery({ three_years_out }: Calendar, ...conditions: readonly string[]): string {
  return `SELECT ${selectList(ACCOUNT_COLUMNS)},
    ( SELECT ${selectList(SUBSCRIPTION_COLUMNS)} FROM Zuora__Subscriptions__r
      WHERE Zuora__Status__c != 'Cancelled' AND Zuora__SubscriptionEndDate__c >= ${three_years_out} ),
    ( SELECT ${selectList(CHARGE_COLUMNS)} FROM Zuora__R00N40000001lGjTEAU__r
      WHERE Subscription_Status__c != 'Cancelled' AND Zuora__EffectiveEndDate__c >= ${three_years_out} )
    FROM Account WHERE ${[WHICH, ...conditions].join(' AND ')}`.replace(/\s+/g, ' ')
}

/** What the gather needs in addition to a connection. */
type Gathering = {
  calendar: Calendar
  /** Collects unfamiliar spellings of values. */
  unfamiliar: UnfamiliarValues
  /** The approximate number of accounts per range. */
  rangeSize: number
  /** Only this part, if several jobs share the gather. */
  part: GatherPart | undefined
}

/**
 * Yields every account of the query, with our attribute names: range by range in order of creation, and in Salesforce's
 * order within a range. Throws an `ExpectedError` if the answer is incomplete or cannot be understood.
 */
export async function* gatherAccounts(
  salesforce: Salesforce,
  { calendar, unfamiliar, rangeSize, part }: Gathering,
): AsyncGenerator<Account> {
  const share = part ? [createdInPart(part)] : []
  const records = { object: 'Account', which: [WHICH, ...share].join(' AND ') }
  const ranges = await rangesByCreation(salesforce, records, rangeSize)
  const queries = ranges.map(range => accountsQuery(calendar, ...share, ...range))
  for await (const page of salesforce.queryAll(queries)) {
    for (const row of page) unfamiliar.add(row)
    yield* readRows(page, accountFromSalesforce, 'Account')
  }
}
