import type { Hands } from './losses.ts'
import type { Customer } from './world.ts'

/** The probability of each change for a customer per hour. */
const RENEWS = 0.05
const BUYS_MORE = 0.04
const GETS_ANOTHER_OWNER = 0.1
/** Few enough customers leave per hour to trip no guard. */
const MAX_LEAVE = 1
const LEAVES = 0.01

/**
 * An ordinary hour of sales: some customers renew, some buy more, one may leave. Returns the customers who pay
 * afterwards, and what they pay for.
 */
export function live(hands: Hands): Customer[] {
  const { sandbox, customers, dice, inDays } = hands
  const tables = sandbox.salesforce.tables
  let left = 0
  return customers.flatMap(customer => {
    const charges = tables.Zuora__SubscriptionProductCharge__c.filter(
      row => row.Zuora__Account__c === customer.salesforce_id,
    )
    const account = tables.Account.find(row => row.Id === customer.salesforce_id)
    if (left < MAX_LEAVE && dice.happens(LEAVES)) {
      left++
      if (account) Object.assign(account, { Type: 'Former Customer', CARR_This_Account__c: 0 })
      for (const row of charges) row.Zuora__EffectiveEndDate__c = inDays(-30)
      return []
    }
    if (account && dice.happens(GETS_ANOTHER_OWNER)) account.Account_Owner_Calc__c = dice.pick(['Ann', 'Ben'])
    if (dice.happens(RENEWS))
      for (const row of charges) row.Zuora__EffectiveEndDate__c = inDays(400 + dice.below(100))
    const buysMore = customer.support_level === 'premium' && dice.happens(BUYS_MORE)
    return buysMore ? [changeLevel(hands, customer)] : [customer]
  })
}

/** Sells a customer the other level. */
export function changeLevel({ sandbox }: Hands, customer: Customer): Customer {
  const to = customer.support_level === 'ultimate' ? 'premium' : 'ultimate'
  const word = { ultimate: 'Ultimate', premium: 'Premium' }
  for (const row of sandbox.salesforce.tables.Zuora__SubscriptionProductCharge__c) {
    const name = String(row.Zuora__SubscriptionRatePlanChargeName__c)
    if (row.Zuora__Account__c === customer.salesforce_id && name.includes(word[customer.support_level]))
      row.Zuora__SubscriptionRatePlanChargeName__c = `${name.startsWith('SaaS') ? 'SaaS - ' : ''}${word[to]} - 1 Year`
  }
  return { ...customer, support_level: to }
}
