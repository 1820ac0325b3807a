import type { Queried } from '../preflight/queried-fields.ts'

/** The fields that a permission set must grant, by object. */
export type Grants = ReadonlyMap<string, ReadonlySet<string>>

/** Parent relationships: the look-up field, and the object that it points to. */
const LOOK_UPS: Readonly<Record<string, { field: string; to: string }>> = {
  'Account.Solutions_Architect_Lookup__r': { field: 'Solutions_Architect_Lookup__c', to: 'User' },
  'Account.Latest_Sold_To_Contact__r': { field: 'Latest_Sold_To_Contact__c', to: 'Contact' },
  'Contact.Account': { field: 'AccountId', to: 'Account' },
}

/** Child relationships: the child object and its look-up field. If the look-up is hidden, so is the relationship. */
const CHILDREN: Readonly<Record<string, { object: string; field: string }>> = {
  'Account.Zuora__Subscriptions__r': { object: 'Zuora__Subscription__c', field: 'Zuora__Account__c' },
  'Account.Zuora__R00N40000001lGjTEAU__r': {
    object: 'Zuora__SubscriptionProductCharge__c',
    field: 'Zuora__Account__c',
  },
}

/** Fields that are visible to everyone who can read the object. Salesforce refuses a permission set that names them. */
const ALWAYS_VISIBLE: ReadonlySet<string> = new Set(['Id', 'Name'])
/** Objects whose standard fields cannot be granted. Salesforce refuses a permission set that names the object. */
const NOT_GRANTED: ReadonlySet<string> = new Set(['User'])

/** The grants that the queries need: objects in the order of the queries, fields by name. */
export function grantsFor(queries: readonly ({ object: string } & Queried)[]): Grants {
  const fields = new Map<string, Set<string>>()

  function grant(object: string, field: string): void {
    if (NOT_GRANTED.has(object)) return
    const granted = fields.get(object) ?? new Set()
    fields.set(object, granted)
    if (!ALWAYS_VISIBLE.has(field)) granted.add(field)
  }

  function follow(object: string, [step = '', ...rest]: readonly string[]): void {
    if (rest.length === 0) {
      grant(object, step)
      return
    }
    const { field, to } = known(LOOK_UPS, 'look-up', `${object}.${step}`)
    grant(object, field)
    follow(to, rest)
  }

  function read(object: string, { paths, children }: Queried): void {
    for (const path of paths) follow(object, path)
    for (const [relationship, queried] of children) {
      const child = known(CHILDREN, 'child relationship', `${object}.${relationship}`)
      grant(child.object, child.field)
      read(child.object, queried)
    }
  }

  for (const { object, ...queried } of queries) read(object, queried)
  return new Map([...fields].map(([object, names]) => [object, new Set([...names].sort())]))
}

function known<Place>(places: Readonly<Record<string, Place>>, what: string, name: string): Place {
  const place = places[name]
  if (place === undefined)
    throw new Error(`The ${what} ${name} is unknown. Add its object in ${import.meta.filename}`)
  return place
}
