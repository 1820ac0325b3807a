import { z } from 'zod'
import type { Account } from './account.ts'
import { type Attribute, attributesOf } from './attributes.ts'
import { daySchema } from './calendar.ts'
import { type Changes, changesSchema } from './changes.ts'
import type { Decision } from './decide.ts'
import type { Entitlement } from './entitlement.ts'
import { type AttributeValue, type AttributeValues, filledText, orAbsent } from './field-types.ts'
import { isDeciding } from './fields.ts'
import { type Instance, TRAITS } from './instances.ts'
import { type Organization, organizationSchema } from './organization.ts'
import type { Override } from './overrides.ts'
import type { PartnerAccount } from './partner.ts'
import { longId } from './salesforce-id.ts'
import { SUPPORT_LEVELS } from './sections.ts'

/** What an organization should be: its instance's attributes, and sold_tos if the instance has them. */
export type SyncObject = {
  salesforce_id: string
  name: string
  sold_tos?: string[] | undefined
  [attribute: string]: unknown
}

/** The attributes of a customer's object on one instance, in the catalogue's order. */
export function customerValues(
  account: Account,
  entitlement: Entitlement,
  override: Override | undefined,
  attributes: readonly Attribute[],
): SyncObject {
  const overridden: Account = {
    ...account,
    salesforce_id: longId(account.salesforce_id),
    technical_account_manager: override?.technical_account_manager ?? account.technical_account_manager,
    support_hold: override?.support_hold ?? account.support_hold,
  }
  // Copying an object that has all keys is twice as fast as adding them one by one.
  const values = { ...blankOf(attributes) }
  for (const { key, customer } of attributes) values[key] = customer(overridden, entitlement)
  return values
}

const blanks = new WeakMap<readonly Attribute[], SyncObject>()

/** An object that has every key and no values yet. */
function blankOf(attributes: readonly Attribute[]): SyncObject {
  const known = blanks.get(attributes)
  if (known) return known
  const keys = ['name', 'salesforce_id', ...attributes.map(({ key }) => key)]
  const blank = { name: '', salesforce_id: '', ...Object.fromEntries(keys.map(key => [key, null])) }
  blanks.set(attributes, blank)
  return blank
}

/** The attributes of a partner's object. */
export function partnerValues(partner: PartnerAccount, attributes: readonly Attribute[]): SyncObject {
  const salesforce_id = longId(partner.salesforce_id)
  const values: SyncObject = { name: partner.name, salesforce_id }
  for (const attribute of attributes) {
    values[attribute.key] = attribute.partner?.({ ...partner, salesforce_id }) ?? null
  }
  return values
}

/**
 * The addresses of the users to associate with a new organization: those of the subscriptions with an active charge,
 * in order, then the account's. They are trimmed, in lower case, and unique.
 */
export function soldTos(account: Account, { active }: Decision): string[] {
  const addresses = [...active.map(({ subscription }) => subscription.sold_to_email), account.sold_to_email]
  const clean = addresses
    .map(address => address?.trim().toLowerCase() ?? '')
    .filter(address => address !== '')
  return [...new Set(clean)]
}

/** The attributes that a record has, each checked against its field type. */
export function attributeValues(
  record: Readonly<Record<string, unknown>>,
  attributes: readonly Attribute[],
): AttributeValues {
  const present = attributes.filter(({ key }) => record[key] !== undefined)
  return Object.fromEntries(present.map(({ key, kind }) => [key, kind.schema.parse(record[key])]))
}

/** The schema of an objects artifact's records: every attribute, with its field type. */
export function objectSchema(attributes: readonly Attribute[]) {
  return recordSchema(attributes, ({ kind }) => kind.schema)
}

/**
 * The schema of a creates artifact's records: objects. They may lack an attribute that has no usable field on their
 * instance, unless it is deciding.
 */
export function createSchema(attributes: readonly Attribute[]) {
  return recordSchema(attributes, attribute => {
    const { schema } = attribute.kind
    return isDeciding(attribute) ? schema : orAbsent(schema)
  })
}

function recordSchema(
  attributes: readonly Attribute[],
  schemaOf: (attribute: Attribute) => z.ZodType<AttributeValue | undefined>,
) {
  const shape = Object.fromEntries(attributes.map(attribute => [attribute.key, schemaOf(attribute)]))
  return z.object({ ...shape, salesforce_id: filledText, name: filledText })
}

/**
 * The schema of an updates artifact's records: the organization's id, the object, and the changes. An update that only
 * removes the mark may have no object: its record is the gathered organization.
 */
export function updateSchema(attributes: readonly Attribute[]): z.ZodType<Update, unknown> {
  const full = fullUpdateSchema(attributes)
  const unmarked = organizationSchema(attributes).extend({ changes: changesSchema(attributes) })
  return z.unknown().transform((record, context): Update => {
    const read = isUnmarked(record) ? unmarked.safeParse(record) : full.safeParse(record)
    if (read.success) return read.data
    for (const issue of read.error.issues) {
      // zod nests the reason for a refused key.
      const reason = issue.code === 'invalid_key' ? issue.issues[0] : undefined
      context.addIssue({ code: 'custom', message: reason?.message ?? issue.message, path: issue.path })
    }
    return z.NEVER
  })
}

const changedSchema = z.object({ changes: z.record(z.string(), z.unknown()) })

function isUnmarked(record: unknown): boolean {
  const changed = changedSchema.safeParse(record)
  if (!changed.success) return false
  return Object.keys(changed.data.changes).join() === 'mark_for_deletion'
}

function fullUpdateSchema(attributes: readonly Attribute[]) {
  return z.object({
    id: z.int(),
    ...objectSchema(attributes).shape,
    salesforce_id: filledText,
    name: filledText,
    changes: changesSchema(attributes),
  })
}
export type Update = Organization & { changes: Changes }

/** The schema of one instance's objects artifact, with `sold_tos` if the instance has them. */
export function instanceObjectSchema(instance: Instance): z.ZodType<SyncObject, unknown> {
  const schema = objectSchema(attributesOf(instance)).extend({ ...LEVEL, expiration_date: daySchema })
  return TRAITS[instance].hasSoldTos ? schema.extend(SOLD_TOS) : schema
}

/** The schema of one instance's creates artifact. */
export function instanceCreateSchema(instance: Instance): z.ZodType<SyncObject, unknown> {
  const expiration_date = daySchema.optional()
  const schema = createSchema(attributesOf(instance)).extend({ ...LEVEL, expiration_date })
  return TRAITS[instance].hasSoldTos ? schema.extend(SOLD_TOS) : schema
}

const LEVEL = { support_level: z.enum(SUPPORT_LEVELS) }
const SOLD_TOS = { sold_tos: z.array(z.string()) }
