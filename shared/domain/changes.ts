import { z } from 'zod'
import type { Attribute } from './attributes.ts'
import { type AttributeValue, attributeValueSchema } from './field-types.ts'

/** The changes to one record: attribute → its value in Zendesk, and the value that it should have. */
export type Changes = Record<string, { from: AttributeValue; to: AttributeValue }>

/** The change to one attribute. */
export const changeSchema = z.object({ from: attributeValueSchema, to: attributeValueSchema })

/** The schema of changes to these attributes. It refuses any other key, such as an attribute of the agents. */
export function changesSchema(attributes: readonly Pick<Attribute, 'key'>[]): z.ZodType<Changes> {
  const owned = new Set(attributes.map(({ key }) => key))
  return z.record(
    z.string().refine(key => owned.has(key), 'is not an attribute that the sync owns'),
    changeSchema,
  )
}
