import { z } from 'zod'
import { ExpectedError } from '../../runtime/errors/index.ts'
import { incompleteRead } from './page.ts'
import type { Request } from './session.ts'

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm */
const DESCRIPTION = z.object({
  name: z.string(),
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      /** For a look-up: the objects that it points to, and the name of the relationship. */
      referenceTo: z.array(z.string()),
      relationshipName: z.string().nullable(),
    }),
  ),
  childRelationships: z.array(
    z.object({ childSObject: z.string(), relationshipName: z.string().nullable() }),
  ),
})

/** An object's fields and relationships, without those that field-level security hides from the integration user. */
export type ObjectDescription = z.infer<typeof DESCRIPTION>

/**
 * Reads the parts of an object that the integration user may see; null if they cannot see the object.
 * Throws `ExpectedError` INCOMPLETE_READ for an answer in an unknown form, or what `request` throws.
 */
export async function describeObject(object: string, request: Request): Promise<ObjectDescription | null> {
  try {
    const parsed = DESCRIPTION.safeParse(await request(`/sobjects/${object}/describe`))
    if (parsed.success) return parsed.data
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'NOT_FOUND') return null
    throw error
  }
  throw incompleteRead(`Salesforce described ${object} in an unknown form`)
}
