import type { Account } from './account.ts'
import type { Checkbox, Claim, Section } from './sections.ts'

type InstanceRow = {
  /** In data, and in the names of files and stages. */
  key: string
  /** What people call it; behind `Zendesk` where that is not plain. */
  name: string
  /** What the names of its variables begin with. */
  variables: string
  /** The bin of `orgs` that reads its organizations. */
  gatherBin: string
  /** Whose fields of the catalogue it has. */
  fieldsOf: 'global' | 'usgov'
  /**
   * Which subscriptions are its own: those of which a deciding charge claims so, the first such row's; or those that
   * no row claims. One row takes the rest.
   */
  claims: 'the rest' | ((section: Section, account: Account) => Claim)
  /** Checkboxes that are true when another one is. */
  follows: readonly { checkbox: Checkbox; from: Checkbox }[]
  /** Whether its objects carry sold_tos. */
  hasSoldTos: boolean
  /** Whether the partners' organizations are on it. */
  hasPartners: boolean
  /** Whether its users are kept as Salesforce's contacts say. */
  hasUsers: boolean
}

/**
 * The one table of the Zendesk instances, a row each: whatever differs between them, and is not a program of its own,
 * is told here. Stages, artifacts, settings, views and the sandbox's servers come from it.
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

/** What the table tells of an instance. */
export type InstanceTraits = InstanceRow & { key: Instance }

const ROWS: readonly InstanceTraits[] = INSTANCE_TABLE

/** The instances' keys, in the table's order. */
export const INSTANCES: readonly Instance[] = ROWS.map(({ key }) => key)

/** A value for each instance, made one after the other in the table's order. */
export function byInstance<Value>(
  valueFor: (instance: Instance, traits: InstanceTraits) => Value,
): Record<Instance, Value> {
  const values: Partial<Record<Instance, Value>> = {}
  for (const traits of ROWS) values[traits.key] = valueFor(traits.key, traits)
  return whole(values)
}

/** The same of values that take time: all are asked for at once. */
export async function byInstanceAsync<Value>(
  valueFor: (instance: Instance) => Promise<Value>,
): Promise<Record<Instance, Value>> {
  const pending = byInstance(valueFor)
  await Promise.all(Object.values(pending))
  const values: Partial<Record<Instance, Value>> = {}
  for (const instance of INSTANCES) values[instance] = await pending[instance]
  return whole(values)
}

/** What the table tells, by instance. */
export const TRAITS: Readonly<Record<Instance, InstanceTraits>> = byInstance((_, traits) => traits)

/** The instance that the partners' organizations are on. */
export const PARTNERS_INSTANCE = theOnly('hasPartners', ({ hasPartners }) => hasPartners)
/** The instance whose users are kept. */
export const USERS_INSTANCE = theOnly('hasUsers', ({ hasUsers }) => hasUsers)
/** The instance of the subscriptions that no other claims. */
export const INSTANCE_OF_THE_REST = theOnly('the rest', ({ claims }) => claims === 'the rest')

/** An instance as people call it where nothing else says that it is a Zendesk: `Zendesk Global`. */
export function zendeskName(instance: Instance): string {
  return `Zendesk ${TRAITS[instance].name}`
}

/** The instance of the one row that is so. Throws when none is, or several are: the table is wrong then. */
export function theOnly(what: string, isSo: (traits: InstanceTraits) => boolean): Instance {
  const [one, another] = ROWS.filter(isSo)
  if (!one || another) throw new Error(`not one row of the instances has "${what}"`)
  return one.key
}

/** TypeScript cannot know that a loop over the instances leaves none out. */
function whole<Value>(values: Partial<Record<Instance, Value>>): Record<Instance, Value> {
  return values as Record<Instance, Value>
}
