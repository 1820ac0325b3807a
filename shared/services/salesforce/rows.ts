import type { z } from 'zod'
import { badInput } from '../../runtime/errors/index.ts'
import { idOf, type SalesforceRecord } from './page.ts'

/**
 * Reads a page's rows with a schema.
 * Throws an `ExpectedError` that names the object, the row's id and the unexpected attribute.
 */
export function readRows<Item>(
  rows: readonly SalesforceRecord[],
  schema: z.ZodType<Item, unknown>,
  object: string,
): Item[] {
  return rows.map(row => {
    const parsed = schema.safeParse(row)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw badInput('SALESFORCE_ROW_INVALID', {
      message: `Salesforce: ${object} ${idOf(row) ?? 'without id'}: ${issue?.path.join('.') || 'the row'}: ${issue?.message}`,
      next: 'Correct the record in Salesforce, or the field that the value comes from.',
    })
  })
}
