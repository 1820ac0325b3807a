import { z } from 'zod'
import { badInput } from '../runtime/errors/index.ts'
import type { Attribute } from './attributes.ts'
import { type AttributeValues, orAbsent } from './field-types.ts'
import { isDeciding } from './fields.ts'
import { type Instance, zendeskName } from './instances.ts'

/** A gathered organization: Zendesk's id, then the instance's attributes, normalized. */
export type Organization = {
  id: number
  name: string
  salesforce_id: string | null
  [attribute: string]: unknown
}

/** An organization as Zendesk sends it. */
export type RawOrganization = { id: number; name: string; organization_fields: Record<string, unknown> }

/**
 * The schema of a gathered organization's record. It keeps unknown keys, to pass the record on as gathered. The record
 * may lack an attribute that has no usable field on its instance, unless it is deciding.
 */
export function organizationSchema(attributes: readonly Attribute[]) {
  const shape = Object.fromEntries(attributes.map(attribute => [attribute.key, currentSchema(attribute)]))
  return z.looseObject({
    id: z.int(),
    ...shape,
    name: z.string(),
    salesforce_id: z.string().nullable(),
  })
}

function currentSchema(attribute: Attribute) {
  const { current } = attribute.kind
  return isDeciding(attribute) ? current : orAbsent(current)
}

/** The schema that turns an organization from Zendesk into a flat record of these attributes. */
export function organizationFromZendesk(attributes: readonly Attribute[]): z.ZodType<Organization, unknown> {
  const shape = Object.fromEntries(attributes.map(({ key, kind }) => [key, kind.fromZendesk]))
  return z
    .custom<RawOrganization>()
    .transform(({ id, name, organization_fields }) => ({ ...organization_fields, id, name }))
    .pipe(
      z.object({
        id: z.int(),
        ...shape,
        name: z.string().trim(),
        salesforce_id: z
          .union([z.string(), z.number(), z.boolean()])
          .nullish()
          .transform(value => String(value ?? '').trim() || null),
      }),
    )
}

/**
 * Returns a function that reads one organization from Zendesk into a flat record of these attributes.
 * It throws an `ExpectedError` with the organization and the attribute whose value has the wrong type.
 */
export function organizationReader(
  instance: Instance,
  attributes: readonly Attribute[],
): (raw: RawOrganization) => Organization {
  const schema = organizationFromZendesk(attributes)
  return raw => {
    const read = schema.safeParse(raw)
    if (read.success) return read.data
    const attribute = read.error.issues.map(({ path }) => path.join('.')).join(', ')
    throw badInput('ORGANIZATION_INVALID', {
      message: `${zendeskName(instance)}: organization ${raw.id}: ${attribute} has a value of the wrong type`,
      next: "Check the field's type in Zendesk; docs/artifacts.md lists the attributes.",
    })
  }
}

/** The key of a write to an organization in plans and results: its salesforce_id, or else its Zendesk id. */
export function writeKey(organization: {
  id?: number | null | undefined
  salesforce_id?: string | null | undefined
}): string {
  return organization.salesforce_id ?? `organization ${organization.id}`
}

/** The request body for some attributes: the name by itself, all others as organization_fields. */
export function toZendesk(values: AttributeValues): {
  name?: string
  organization_fields: AttributeValues
} {
  const { name, ...organization_fields } = values
  return typeof name === 'string' ? { name, organization_fields } : { organization_fields }
}
