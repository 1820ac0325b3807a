import { z } from 'zod'
import type { Attribute } from './attributes.ts'
import type { AttributeValue } from './kinds.ts'

const changedValue = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** What changes in one record: attribute → what Zendesk holds, and what it should hold. */
export type Changes = Record<string, { from: AttributeValue; to: AttributeValue }>

/** Changes of the given attributes alone: whatever belongs to the agents is refused here. */
export function changesSchema(attributes: readonly Pick<Attribute, 'key'>[]): z.ZodType<Changes> {
  const owned = new Set(attributes.map(({ key }) => key))
  return z.record(
    z.string().refine(key => owned.has(key), 'is not an attribute that the sync owns'),
    z.object({ from: changedValue, to: changedValue }),
  )
}
