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
import { readRows, type Salesforce } from '@support-sync/shared/services/salesforce'

/** The accounts query. Charges that ended up to three years ago are needed: they date an expiry. */
export function accountsQuery({ three_years_out }: Calendar): string {
  return `SELECT ${selectList(ACCOUNT_COLUMNS)},
    ( SELECT ${selectList(SUBSCRIPTION_COLUMNS)} FROM Zuora__Subscriptions__r
      WHERE Zuora__Status__c != 'Cancelled' AND Zuora__SubscriptionEndDate__c >= ${three_years_out} ),
    ( SELECT ${selectList(CHARGE_COLUMNS)} FROM Zuora__R00N40000001lGjTEAU__r
      WHERE Subscription_Status__c != 'Cancelled' AND Zuora__EffectiveEndDate__c >= ${three_years_out} )
    FROM Account WHERE Type IN ('Customer', 'Former Customer')`.replace(/\s+/g, ' ')
}

/**
 * Every account of the query, remapped; `unfamiliar` collects the values that are read as others.
 * Throws a `ExpectedError` when the answer is short or not understood.
 */
export async function* gatherAccounts(
  salesforce: Salesforce,
  calendar: Calendar,
  unfamiliar: UnfamiliarValues,
): AsyncGenerator<Account> {
  for await (const page of salesforce.query(accountsQuery(calendar))) {
    for (const row of page) unfamiliar.add(row)
    yield* readRows(page, accountFromSalesforce, 'Account')
  }
}
