import { z } from 'zod'
import { Trouble } from '../errors/index.ts'

/**
 * Reads a page's rows by a schema.
 * Throws a `Trouble` naming the object, the row's id and the attribute that is not as expected.
 */
export function readRows<Item>(
  rows: readonly unknown[],
  schema: z.ZodType<Item, unknown>,
  object: string,
): Item[] {
  return rows.map(row => {
    const parsed = schema.safeParse(row)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw new Trouble(
      'bad-input',
      'SALESFORCE_ROW_INVALID',
      `Salesforce: ${object} ${idOf(row)}: ${issue?.path.join('.') || 'the row'}: ${issue?.message}`,
      'Correct the record in Salesforce, or the field it comes from.',
    )
  })
}

function idOf(row: unknown): string {
  const ids = z.looseObject({ Account_ID_18__c: z.string().optional(), Id: z.string().optional() })
  const parsed = ids.safeParse(row)
  return (parsed.success ? (parsed.data.Account_ID_18__c ?? parsed.data.Id) : undefined) ?? 'without id'
}
