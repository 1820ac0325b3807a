import { type Columns, isSpellingOf, trimmed, valueAt } from './columns.ts'

/** A value that counts as another one, because it is spelt almost the same. */
type UnfamiliarValue = { field: string; value: string; readAs: string; salesforce_ids: string[] }

/**
 * Collects the values that count as a deciding value although their spelling differs. Probably an admin renamed the
 * picklist value in Salesforce, and the rule must be updated.
 */
export function collectUnfamiliar(columns: Columns) {
  const watched = Object.values(columns).flatMap(({ fields: [field], decides }) =>
    field !== undefined && decides !== undefined ? [{ field, decides }] : [],
  )
  const found = new Map<string, UnfamiliarValue>()
  return {
    add(row: Readonly<Record<string, unknown>>): void {
      for (const { field, decides } of watched) {
        const value = valueAt(row, field.split('.'))
        if (typeof value !== 'string' || trimmed(value) === decides || !isSpellingOf(value, decides)) continue
        const key = JSON.stringify([field, trimmed(value)])
        const known = found.get(key) ?? { field, value: trimmed(value), readAs: decides, salesforce_ids: [] }
        known.salesforce_ids.push(String(row.Account_ID_18__c ?? ''))
        found.set(key, known)
      }
    },
    finish: (): UnfamiliarValue[] => [...found.values()],
  }
}

/** The warning about an unfamiliar value. */
export function unfamiliarText({
  field,
  value,
  readAs,
  salesforce_ids: { length },
}: UnfamiliarValue): string {
  const accounts = length === 1 ? '1 account has' : `${length} accounts have`
  return `${accounts} ${field} "${value}", which counts as "${readAs}": correct the value in Salesforce, or update the rule`
}

export type UnfamiliarValues = ReturnType<typeof collectUnfamiliar>
