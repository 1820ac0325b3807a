import type { Sandbox } from '@support-sync/fixtures/sandbox'
import type { SalesforceRow } from '@support-sync/fixtures/world'
import type { Customer, Dice } from './world.ts'

/** A loss's inputs: the sandbox, its paying customers, the dice, and dates relative to today. */
export type Hands = {
  sandbox: Sandbox
  customers: readonly Customer[]
  dice: Dice
  inDays: (days: number) => string
}

/** Data that Salesforce or Zendesk loses while everyone still pays. */
export type Loss = {
  name: string
  /** Why no rule detects it, if docs/reliability.md does not promise it; null if it must harm nobody. */
  notPromised: string | null
  /** How the hour differs, apart from the changes of `happen`. */
  hour?: 'clock ahead' | 'old plan'
  happen: (hands: Hands) => void
}

const GUARDS =
  "The guards stop the run only if at least 3 records are gone: more than 20 % of a gather's count, or marks of more than 10 % in 24 hours."
const FEW_LEAVE = `An account that the query omits looks the same as a customer who left. ${GUARDS}`
const FEW_CONTACTS = `A contact that is lost looks the same as a person who left. ${GUARDS}`

const WITHOUT_ARR =
  'The sync doubts the loss of charges only if the account has ARR. A customer without ARR looks the same as one who left.'
const BOTH_IDS =
  'An organization with neither id and with another name matches no account in Salesforce. On Global, protected_ids.yml keeps it from a mark.'

export const LOSSES: readonly Loss[] = [
  salesforce('charges vanish', hands => dropCharges(hands, withArr(someCustomers(hands)))),
  {
    ...salesforce('charges of customers without ARR vanish', hands =>
      dropCharges(hands, hands.customers.filter(({ hasArr }) => !hasArr).slice(0, 2)),
    ),
    notPromised: WITHOUT_ARR,
  },
  salesforce('subscriptions vanish, their charges stay', hands =>
    dropSubscriptions(hands, someCustomers(hands)),
  ),
  salesforce('rows of subscriptions are replaced, with minutes in between', hands => {
    const hit = withArr(someCustomers(hands))
    dropSubscriptions(hands, hit)
    dropCharges(hands, hit)
  }),
  salesforce('charges get a name that nobody mapped', hands => {
    for (const row of chargesOf(hands, someCustomers(hands)))
      row.Zuora__SubscriptionRatePlanChargeName__c = `${row.Zuora__SubscriptionRatePlanChargeName__c} (2027)`
  }),
  salesforce('a subscription moves, its charge stays behind', hands => {
    const [from, to] = [one(hands), one(hands)]
    for (const row of hands.sandbox.salesforce.tables.Zuora__Subscription__c)
      if (row.Zuora__Account__c === from.salesforce_id) row.Zuora__Account__c = to.salesforce_id
  }),
  salesforce('a charge moves, its subscription stays behind', hands => {
    const [from] = withArr(share(hands, 0.1))
    const to = one(hands)
    for (const row of from ? chargesOf(hands, [from]) : []) row.Zuora__Account__c = to.salesforce_id
  }),
  salesforce('a load sets end dates to last year', hands => {
    const hit = withArr(someCustomers(hands))
    for (const row of chargesOf(hands, hit)) row.Zuora__EffectiveEndDate__c = hands.inDays(-200)
  }),
  salesforce('federal-support is spelt differently', ({ sandbox, dice }) => {
    const spelling = dice.pick(['federal-support ', 'Federal Support', 'FEDERAL_SUPPORT', ' federal support'])
    for (const row of sandbox.salesforce.tables.Account)
      if (row.Support_Instance__c === 'federal-support') row.Support_Instance__c = spelling
  }),
  salesforce('federal-support is renamed altogether', ({ sandbox }) => {
    for (const row of sandbox.salesforce.tables.Account)
      if (row.Support_Instance__c === 'federal-support') row.Support_Instance__c = 'public-sector'
  }),
  salesforce('the account type is renamed', ({ sandbox }) => {
    for (const row of sandbox.salesforce.tables.Account)
      if (row.Type === 'Customer') row.Type = 'Customer - Active'
  }),
  salesforce('a third of the accounts leave the query', hands => leave(hands, share(hands, 0.34))),
  salesforce('accounts are added, changed and removed during the gather', hands =>
    whileAccountsAreRead(hands, ({ sandbox }) => {
      const { Account } = sandbox.salesforce.tables
      const Id = '001000000NEWNEWAAA'
      const CreatedDate = new Date().toISOString()
      Account.push({ Id, Account_ID_18__c: Id, Name: 'New company', Type: 'Customer', CreatedDate })
      for (const row of Account.slice(0, 5)) row.Account_Owner_Calc__c = 'Chris'
      const gone = Account.findIndex(({ Type }) => Type === 'Former Customer')
      if (gone >= 0) Account.splice(gone, 1)
      Account.reverse()
    }),
  ),
  {
    ...salesforce('a few accounts leave the query', hands => leave(hands, share(hands, 0.04))),
    notPromised: FEW_LEAVE,
  },
  salesforce('contacts vanish', ({ sandbox }) => {
    sandbox.salesforce.tables.Contact.length = 0
  }),
  {
    ...salesforce('two contacts vanish', ({ sandbox, dice }) => {
      const { Contact } = sandbox.salesforce.tables
      for (let times = 0; times < 2; times++) Contact.splice(dice.below(Contact.length), 1)
    }),
    notPromised: FEW_CONTACTS,
  },
  zendesk('an import blanks salesforce_id', (fields, { dice }) => {
    if (dice.happens(0.3)) fields.salesforce_id = null
  }),
  {
    name: 'both ids of an organization are blanked, and it is renamed',
    notPromised: BOTH_IDS,
    happen({ sandbox, dice }) {
      const { organizations } = dice.happens(0.5) ? sandbox.global : sandbox.usgov
      const organization = organizations.all()[dice.below(organizations.all().length)]
      if (!organization) return
      const ids = { salesforce_id: null, sfdc_short_id: null }
      const organization_fields = { ...organization.organization_fields, ...ids }
      organizations.put({ ...organization, name: `${organization.name} (new)`, organization_fields })
    },
  },
  zendesk('an import lower-cases salesforce_id', (fields, { dice }) => {
    if (dice.happens(0.3)) fields.salesforce_id = String(fields.salesforce_id).toLowerCase()
  }),
  zendesk('agents make customers partners', (fields, { dice }) => {
    if (dice.happens(0.2))
      fields.account_type = dice.pick(['open_partner', 'select_partner', 'alliance_partner'])
  }),
  {
    name: 'an option of a drop-down is removed',
    notPromised: null,
    happen({ sandbox, dice }) {
      const key = dice.pick(['support_level', 'account_type'])
      const field = sandbox.global.organizationFields.get(key)
      sandbox.global.organizationFields.update(key, {
        custom_field_options: field.options?.slice(1).map(({ id, name, value }) => ({ id, name, value })),
      })
    },
  },
  {
    name: 'a field is removed',
    notPromised: null,
    happen({ sandbox, dice }) {
      const instance = dice.pick<'global' | 'usgov'>(['global', 'usgov'])
      sandbox[instance].organizationFields.remove(
        dice.pick(['salesforce_id', 'account_type', 'mark_for_deletion', 'expiration_date', 'support_hold']),
      )
    },
  },
  { name: 'the clock is 90 days ahead', notPromised: null, hour: 'clock ahead', happen: () => undefined },
  {
    name: "the second hour's plan is applied once more",
    notPromised: null,
    hour: 'old plan',
    happen: () => undefined,
  },
]

function salesforce(name: string, happen: Loss['happen']): Loss {
  return { name, notPromised: null, happen }
}

/** A loss that changes fields of organizations. */
function zendesk(name: string, change: (fields: Fields, hands: Hands) => void): Loss {
  return {
    name,
    notPromised: null,
    happen(hands) {
      for (const instance of ['global', 'usgov'] as const) {
        const { organizations } = hands.sandbox[instance]
        for (const organization of organizations.all()) {
          const fields: Fields = { ...organization.organization_fields }
          change(fields, hands)
          organizations.put({ ...organization, organization_fields: fields })
        }
      }
    },
  }
}

type Fields = Record<string, string | number | boolean | null>

/** One customer, a few, a third, or all. */
function someCustomers(hands: Hands): Customer[] {
  return share(hands, hands.dice.pick([0, 0.05, 0.34, 1]))
}

/** The customers whose ARR contradicts a loss of all charges. */
function withArr(customers: readonly Customer[]): Customer[] {
  return customers.filter(({ hasArr }) => hasArr)
}

/** A share of the customers, at least one. */
function share({ customers, dice }: Hands, part: number): Customer[] {
  const left = [...customers]
  const count = Math.max(1, Math.floor(part * customers.length))
  return Array.from({ length: count }, () => left.splice(dice.below(left.length), 1)).flat()
}

function one({ customers, dice }: Hands): Customer {
  const [customer] = customers.slice(dice.below(customers.length))
  if (!customer) throw new Error('the world has no customer')
  return customer
}

function chargesOf({ sandbox }: Hands, customers: readonly Customer[]): SalesforceRow[] {
  const ids = idsOf(customers)
  return sandbox.salesforce.tables.Zuora__SubscriptionProductCharge__c.filter(row =>
    ids.has(String(row.Zuora__Account__c)),
  )
}

function dropCharges({ sandbox }: Hands, customers: readonly Customer[]): void {
  dropRows(sandbox.salesforce.tables.Zuora__SubscriptionProductCharge__c, 'Zuora__Account__c', customers)
}

function dropSubscriptions({ sandbox }: Hands, customers: readonly Customer[]): void {
  dropRows(sandbox.salesforce.tables.Zuora__Subscription__c, 'Zuora__Account__c', customers)
}

function leave({ sandbox }: Hands, customers: readonly Customer[]): void {
  dropRows(sandbox.salesforce.tables.Account, 'Id', customers)
}

/** Calls `work` after the request for the first range of accounts, before the others. */
function whileAccountsAreRead(hands: Hands, work: (hands: Hands) => void): void {
  const { controls } = hands.sandbox.salesforce
  const before = controls.requests.length
  const timer = setInterval(() => {
    if (!controls.requests.slice(before).some(({ url }) => url.includes('q=SELECT%20Account_ID_18__c')))
      return
    clearInterval(timer)
    work(hands)
  }, 1)
  timer.unref()
}

/** Removes rows in place, since the sandbox keeps the array. */
function dropRows(rows: SalesforceRow[], column: string, customers: readonly Customer[]): void {
  const ids = idsOf(customers)
  const kept = rows.filter(row => !ids.has(String(row[column])))
  rows.splice(0, rows.length, ...kept)
}

function idsOf(customers: readonly Customer[]): Set<string> {
  return new Set(customers.map(({ salesforce_id }) => salesforce_id))
}
