import {
  type Account,
  accountSchema,
  addDays,
  type Charge,
  type Day,
  daySchema,
  GRACE_DAYS,
  type Subscription,
} from '../index.ts'

/** The default day of these tests. */
export const TODAY = day('2026-06-30')
/** The earliest end date of an active charge. */
export const IN_GRACE = addDays(TODAY, -GRACE_DAYS)
/** The latest end date of a charge that is no longer active. */
export const LAPSED = addDays(TODAY, -GRACE_DAYS - 1)
export const ACCOUNT_ID = '0016100000AbCdEAAV'

type ChargeDetails = { quantity?: number; ends?: string }

export function day(text: string): Day {
  return daySchema.parse(text)
}

/** Builds an account as gathered: a customer. It has no subscriptions until you add some. */
export function anAccount(attributes: Partial<Account> = {}): AccountBuilder {
  return new AccountBuilder(attributes)
}

class AccountBuilder {
  readonly #account: Account

  constructor(attributes: Partial<Account>) {
    this.#account = accountSchema.parse({
      salesforce_id: ACCOUNT_ID,
      name: 'Tanuki Inc',
      arr: 1200,
      type: 'Customer',
      sales_segment: 'large',
      account_owner: 'Olga Owner',
      technical_account_manager: 'Tom Manager',
      restricted: false,
      solutions_architect: 'Sara Architect',
      region: 'EMEA',
      sold_to_name: 'Sold To',
      sold_to_email: null,
      partner_track: null,
      partner_type: null,
      support_hold: false,
      escalated: false,
      exception: false,
      subs: [],
      charges: [],
      ...attributes,
    })
  }

  withSubscription(build: (subscription: SubscriptionBuilder) => SubscriptionBuilder = it => it): this {
    const number = this.#account.subs.length + 1
    const { subscription, charges } = build(new SubscriptionBuilder(number))
    this.#account.subs.push(subscription)
    this.#account.charges.push(...charges)
    return this
  }

  /** Adds a charge whose subscription the account does not have. */
  withLooseCharge(name: string): this {
    this.#account.charges.push(aCharge('stray', 'a0S000000000STRAY0', name, {}))
    return this
  }

  build(): Account {
    return this.#account
  }
}

class SubscriptionBuilder {
  subscription: Subscription
  readonly charges: Charge[] = []

  constructor(number: number) {
    this.subscription = {
      id: `a0R00000000000${number}`,
      name: `A-S${number}`,
      subscription_id: `a0S00000000000${number}`,
      status: 'Active',
      start_date: day('2020-01-01'),
      end_date: day('2027-01-31'),
      sold_to_email: null,
    }
  }

  soldTo(email: string | null): this {
    this.subscription = { ...this.subscription, sold_to_email: email }
    return this
  }

  withCharge(name: string | null, details: ChargeDetails = {}): this {
    const id = `${this.subscription.id}-${this.charges.length + 1}`
    this.charges.push(aCharge(id, this.subscription.subscription_id, name, details))
    return this
  }
}

function aCharge(
  id: string,
  subscription_id: string | null,
  charge_name: string | null,
  details: ChargeDetails,
) {
  const { quantity = 1, ends = '2027-01-31' } = details
  return {
    id,
    name: `C-${id}`,
    charge_name,
    subscription_id,
    start_date: day('2020-01-01'),
    end_date: day(ends),
    quantity,
  }
}
