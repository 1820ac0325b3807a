import type { Account, CommonAccount } from './account.ts'
import type { Entitlement } from './entitlement.ts'
import {
  type AttributeValue,
  checkbox,
  decimal,
  dropDown,
  type FieldType,
  integer,
  roundToCents,
  text,
} from './field-types.ts'
import { INSTANCES, type Instance, PARTNERS_INSTANCE, TRAITS } from './instances.ts'
import { PARTNER_TYPES, type PartnerAccount } from './partner.ts'
import { matchKey } from './salesforce-id.ts'
import { type Checkbox, SUPPORT_LEVELS } from './sections.ts'

/** Where an attribute's value comes from. partner-sync does not write an attribute without `partner`. */
export type ValueSources = {
  customer: (account: Account, entitlement: Entitlement) => AttributeValue
  partner?: (partner: PartnerAccount) => AttributeValue
}

/** One attribute of an organization that the sync owns. */
export type Attribute = ValueSources & {
  key: string
  kind: FieldType
  instances: readonly Instance[]
}

const ALL = INSTANCES
const GLOBAL = INSTANCES.filter(instance => TRAITS[instance].fieldsOf === 'global')
const USGOV = INSTANCES.filter(instance => TRAITS[instance].fieldsOf === 'usgov')

/**
 * The attribute catalogue: declares every attribute that the sync owns, once. Schemas, the mapping from and to
 * Zendesk, the comparison and the sandbox's fields all come from it. `name` is the organization's own name; all
 * others are `organization_fields`.
 */
export const ATTRIBUTES: readonly Attribute[] = [
  attribute('name', text, ALL, fromAccount('name')),
  attribute('salesforce_id', text, ALL, fromAccount('salesforce_id')),
  attribute(
    'sfdc_short_id',
    text,
    ALL,
    fromAccount(account => matchKey(account.salesforce_id) ?? account.salesforce_id),
  ),
  attribute('account_type', dropDown(['customer', 'former_customer', ...PARTNER_TYPES]), ALL, {
    customer: (_account, entitlement) => entitlement.account_type,
    partner: partner => partner.account_type,
  }),
  attribute('support_level', dropDown(SUPPORT_LEVELS), ALL, fromEntitlement('support_level')),
  attribute('expiration_date', text, ALL, fromEntitlement('expiration_date')),
  // Global's field really is called aar: an old typing mistake that other programs rely on.
  attribute('aar', decimal, GLOBAL, fromEntitlement('arr')),
  attribute('arr', decimal, USGOV, fromEntitlement('arr')),
  attribute('sales_segmentation', text, GLOBAL, fromCustomer('sales_segment')),
  attribute('market_segment', text, USGOV, fromCustomer('sales_segment')),
  attribute(
    'org_region',
    dropDown(['amer', 'apj', 'emea']),
    GLOBAL,
    fromCustomer(account => account.region?.toLowerCase() ?? null),
  ),
  attribute('account_owner', text, ALL, fromAccount('account_owner')),
  attribute('technical_account_manager', text, ALL, fromAccount('technical_account_manager')),
  attribute('solutions_architect', text, ALL, fromAccount('solutions_architect')),
  attribute('restricted_account', checkbox, ALL, fromAccount('restricted')),
  attribute('org_in_escalated_state', checkbox, ALL, fromAccount('escalated')),
  attribute('support_hold', checkbox, ALL, fromAccount('support_hold')),
  attribute(
    'seats_decimal',
    decimal,
    GLOBAL,
    fromEntitlement(given => roundToCents(given.seats)),
  ),
  attribute(
    'number_of_seats',
    integer,
    USGOV,
    fromEntitlement(given => Math.ceil(roundToCents(given.seats))),
  ),
  ...subscriptionCheckboxes(ALL, [
    'sub_sm_ultimate',
    'sub_sm_premium',
    'sub_gitlab_dedicated',
    'sub_ss_ase',
    'sub_consumption_duo_premium',
    'sub_consumption_duo_enterprise',
    'sub_consumption_duo_amazon_q',
  ]),
  ...subscriptionCheckboxes(GLOBAL, [
    'sub_dotcom_ultimate',
    'sub_dotcom_premium',
    'sub_edu',
    'sub_oss',
    'sub_community_other',
    'sub_consumption_cicd_minutes',
    'sub_consumption_storage',
    'sub_consumption_eap',
    'sub_ss_growth',
    'sub_ss_enterprise',
  ]),
  ...subscriptionCheckboxes(USGOV, ['sub_usgov_12x5', 'sub_usgov_24x7']),
  attribute('emergency_support_24x7', checkbox, USGOV, fromEntitlement('emergency_support_24x7')),
  // Always false: an ordinary update removes the mark from an organization that is entitled again.
  attribute(
    'mark_for_deletion',
    checkbox,
    ALL,
    fromAccount(() => false),
  ),
]

/** Fields that belong to the agents. The sync never writes them; a test keeps them out of the catalogue. */
export const AGENT_OWNED = [
  'assigned_se',
  'am_project_id',
  'migrating',
  'migration_date',
  'partner_customer',
  'ignore_deletion',
  'notes',
  'details',
  'tags',
  'domain_names',
] as const

/** The catalogue's attributes that an instance has. */
export function attributesOf(instance: Instance, catalogue: readonly Attribute[] = ATTRIBUTES) {
  return catalogue.filter(({ instances }) => instances.includes(instance))
}

/** The attributes that partner-sync writes: those of its instance that have a value for partners. */
export function partnerAttributes(catalogue: readonly Attribute[] = ATTRIBUTES) {
  return attributesOf(PARTNERS_INSTANCE, catalogue).filter(({ partner }) => partner !== undefined)
}

function attribute(
  key: string,
  kind: FieldType,
  instances: readonly Instance[],
  sources: ValueSources,
): Attribute {
  return { key, kind, instances, ...sources }
}

/** The key of a value, or a function that computes one. */
type ValueOf<From> = PlainKey<From> | ((from: From) => AttributeValue)
type PlainKey<From> = { [Key in keyof From]: From[Key] extends AttributeValue ? Key : never }[keyof From]

/** A value that customers and partners both have. */
function fromAccount(value: ValueOf<CommonAccount>): ValueSources {
  const read = readerOf(value)
  return { customer: read, partner: read }
}

function fromCustomer(value: ValueOf<Account>): ValueSources {
  return { customer: readerOf(value) }
}

function fromEntitlement(value: ValueOf<Entitlement>): ValueSources {
  const read = readerOf(value)
  return { customer: (_account, entitlement) => read(entitlement) }
}

function readerOf<Key extends string, From extends Readonly<Record<Key, AttributeValue>>>(
  value: Key | ((from: From) => AttributeValue),
): (from: From) => AttributeValue {
  return typeof value === 'function' ? value : from => from[value]
}

/** Pass `kind` for checkboxes that are added later: CONTRIBUTING.md says how. */
function subscriptionCheckboxes(
  instances: readonly Instance[],
  keys: readonly Checkbox[],
  kind: FieldType = checkbox,
): Attribute[] {
  return keys.map(key =>
    attribute(
      key,
      kind,
      instances,
      fromEntitlement(entitlement => entitlement.checked.has(key)),
    ),
  )
}
