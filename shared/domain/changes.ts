import { z } from 'zod'
import type { Attribute } from './attributes.ts'
import { type AttributeValue, attributeValueSchema } from './field-types.ts'

/** What changes in one record: attribute → what Zendesk holds, and what it should hold. */
export type Changes = Record<string, { from: AttributeValue; to: AttributeValue }>

/** What becomes of one attribute. */
export const changeSchema = z.object({ from: attributeValueSchema, to: attributeValueSchema })

/** Changes of the given attributes alone: whatever belongs to the agents is refused here. */
export function changesSchema(attributes: readonly Pick<Attribute, 'key'>[]): z.ZodType<Changes> {
  const owned = new Set(attributes.map(({ key }) => key))
  return z.record(
    z.string().refine(key => owned.has(key), 'is not an attribute that the sync owns'),
    changeSchema,
  )
}
