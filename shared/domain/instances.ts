import type { Account } from './account.ts'
import type { Checkbox, Claim, Section } from './sections.ts'

type InstanceRow = {
  /** The name in data, files and stages. */
  key: string
  /** The name for people: `Zendesk Global`, or `Global` if the context is clear. */
  name: string
  /** The prefix of its variables. */
  variables: string
  /** The bin of `orgs` that gathers its organizations. */
  gatherBin: string
  /** Which fields of the catalogue it has. */
  fieldsOf: 'global' | 'usgov'
  /**
   * Which subscriptions it has: those with a deciding charge that claims them (the first row wins), or `'the rest'`,
   * those that no row claims. Exactly one row takes the rest.
   */
  claims: 'the rest' | ((section: Section, account: Account) => Claim)
  /** Checkboxes that are true if the checkbox `from` is true. */
  follows: readonly { checkbox: Checkbox; from: Checkbox }[]
  /** Whether its objects have sold_tos. */
  hasSoldTos: boolean
  /** Whether it has the partners' organizations. */
  hasPartners: boolean
  /** Whether its users follow Salesforce's contacts. */
  hasUsers: boolean
}

/**
 * The table of the Zendesk instances, one row each: all their differences, except their bins and reviewed files. Stages,
 * artifacts, settings, views and the sandbox's servers come from it.
 */
const INSTANCE_TABLE = [
  {
    key: 'global',
    name: 'Global',
    variables: 'ZENDESK_GLOBAL',
    gatherBin: 'gather_global',
    fieldsOf: 'global',
    claims: 'the rest',
    follows: [{ checkbox: 'sub_ss_ase', from: 'sub_ss_enterprise' }],
    hasSoldTos: true,
    hasPartners: true,
    hasUsers: false,
  },
  {
    key: 'usgov',
    name: 'US Government',
    variables: 'ZENDESK_USGOV',
    gatherBin: 'gather_us_government',
    fieldsOf: 'usgov',
    claims: section => section.usgov,
    follows: [
      { checkbox: 'sub_gitlab_dedicated', from: 'usgov_fedramp' },
      { checkbox: 'sub_usgov_24x7', from: 'usgov_fedramp' },
    ],
    hasSoldTos: false,
    hasPartners: false,
    hasUsers: true,
  },
] as const satisfies readonly InstanceRow[]

/** A Zendesk instance, by its key. */
export type Instance = (typeof INSTANCE_TABLE)[number]['key']

/** An instance's row of the table. */
export type InstanceTraits = InstanceRow & { key: Instance }

const ROWS: readonly InstanceTraits[] = INSTANCE_TABLE

/** The instances' keys, in the table's order. */
export const INSTANCES: readonly Instance[] = ROWS.map(({ key }) => key)

/** Computes a value for each instance, one after the other, in the table's order. */
export function byInstance<Value>(
  valueFor: (instance: Instance, traits: InstanceTraits) => Value,
): Record<Instance, Value> {
  const values: Partial<Record<Instance, Value>> = {}
  for (const traits of ROWS) values[traits.key] = valueFor(traits.key, traits)
  return whole(values)
}

/** Computes a value for each instance, all at once. */
export async function byInstanceAsync<Value>(
  valueFor: (instance: Instance) => Promise<Value>,
): Promise<Record<Instance, Value>> {
  const pending = byInstance(valueFor)
  await Promise.all(Object.values(pending))
  const values: Partial<Record<Instance, Value>> = {}
  for (const instance of INSTANCES) values[instance] = await pending[instance]
  return whole(values)
}

/** The rows by instance. */
export const TRAITS: Readonly<Record<Instance, InstanceTraits>> = byInstance((_, traits) => traits)

/** The instance that has the partners' organizations. */
export const PARTNERS_INSTANCE = onlyInstance('hasPartners', ({ hasPartners }) => hasPartners)
/** The instance whose users follow Salesforce's contacts. */
export const USERS_INSTANCE = onlyInstance('hasUsers', ({ hasUsers }) => hasUsers)
/** The instance that takes the subscriptions that no other instance claims. */
export const INSTANCE_OF_THE_REST = onlyInstance('the rest', ({ claims }) => claims === 'the rest')

/** The full name of an instance: `Zendesk Global`. */
export function zendeskName(instance: Instance): string {
  return `Zendesk ${TRAITS[instance].name}`
}

/** Finds the only instance that matches. Throws if there is none or more than one: then the table is wrong. */
export function onlyInstance(what: string, isSo: (traits: InstanceTraits) => boolean): Instance {
  const [one, another] = ROWS.filter(isSo)
  if (!one || another) throw new Error(`exactly one instance must have "${what}"`)
  return one.key
}

/** TypeScript cannot see that a loop over the instances covers them all. */
function whole<Value>(values: Partial<Record<Instance, Value>>): Record<Instance, Value> {
  return values as Record<Instance, Value>
}
