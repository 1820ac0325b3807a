import { z } from 'zod'
import { badInput, type ExpectedError } from '../runtime/errors/index.ts'
import { addDays, type Day, daySchema } from './calendar.ts'
import { filledTrimmedText } from './field-types.ts'
import { type MatchKey, matchKey } from './salesforce-id.ts'
import { CHECKBOXES, type Checkbox, SUPPORT_LEVELS } from './sections.ts'

const LEVELS = SUPPORT_LEVELS.filter(level => level !== 'expired')

/** The schema of an override, in the override file and in overrides_used.json. */
export const overrideSchema = z.strictObject({
  salesforce_id: filledTrimmedText,
  expiration_date: daySchema.optional(),
  support_level: z.enum(LEVELS).optional(),
  seats: z.number().min(0).optional(),
  technical_account_manager: z.string().optional(),
  support_hold: z.boolean().optional(),
  reason: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  ...checkboxShape(),
})

/** One entry of the override file: an admin's decision for one account. It replaces computed values. */
export type Override = z.infer<typeof overrideSchema>

/** An override that ends within this many days gets a warning. */
const SOON_DAYS = 14

/** Whether an override's expiration_date is over, or soon. */
export function endOf({ expiration_date }: Override, today: Day): 'over' | 'soon' | null {
  if (expiration_date === undefined || expiration_date > addDays(today, SOON_DAYS)) return null
  return expiration_date < today ? 'over' : 'soon'
}

/** The overrides by key, and those whose salesforce_id gives no key: they match no account. */
export type Overrides = { byKey: ReadonlyMap<MatchKey, Override>; withoutKey: readonly Override[] }

export const NO_OVERRIDES: Overrides = { byKey: new Map(), withoutKey: [] }

/**
 * Reads the parsed content of the override file: a list of entries.
 * Throws an `ExpectedError` that names the entry if it has an unknown key, a bad value, or a salesforce_id that is
 * listed twice: a typing mistake must not change an entitlement.
 */
export function readOverrides(content: unknown, file: string): Overrides {
  const entries = z.array(z.unknown()).safeParse(content)
  if (!entries.success)
    throw badOverride(
      `${file} is not a list of entries`,
      'Write a YAML list, one entry per account; [] if there are none.',
    )
  const byKey = new Map<MatchKey, Override>()
  const withoutKey: Override[] = []
  for (const [index, entry] of entries.data.entries()) {
    const where = `${file}: entry ${index + 1}${idOf(entry)}`
    const parsed = overrideSchema.safeParse(entry)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      const attribute = issue?.path.join('.')
      throw badOverride(
        `${where}: ${attribute ? `${attribute}: ` : ''}${issue?.message}`,
        nextStep(attribute),
      )
    }
    const key = matchKey(parsed.data.salesforce_id)
    if (key === null) {
      withoutKey.push(parsed.data)
      continue
    }
    if (byKey.has(key)) {
      throw badOverride(`${where}: salesforce_id is listed twice`, 'Merge the two entries into one.')
    }
    byKey.set(key, parsed.data)
  }
  return { byKey, withoutKey }
}

/** The subscription checkboxes that an override sets, with their values. */
export function overriddenCheckboxes(override: Override): [Checkbox, boolean][] {
  return CHECKBOXES.flatMap((checkbox): [Checkbox, boolean][] => {
    const value = override[checkbox]
    return value === undefined ? [] : [[checkbox, value]]
  })
}

function checkboxShape() {
  const boxes = Object.fromEntries(CHECKBOXES.map(checkbox => [checkbox, z.boolean().optional()]))
  // TypeScript cannot follow the keys through Object.fromEntries.
  return boxes as Record<Checkbox, z.ZodOptional<z.ZodBoolean>>
}

function idOf(entry: unknown): string {
  const parsed = z.object({ salesforce_id: z.union([z.string(), z.number()]) }).safeParse(entry)
  return parsed.success ? ` (salesforce_id ${parsed.data.salesforce_id})` : ''
}

function nextStep(attribute: string | undefined): string {
  if (attribute === 'salesforce_id') return 'Give the 18-character id as text; put it in quotes.'
  if (attribute === 'expiration_date') return 'Write it as YYYY-MM-DD.'
  return 'Correct the entry in the override file; docs/entitlements.md lists the keys and values.'
}

function badOverride(message: string, next: string): ExpectedError {
  return badInput('OVERRIDES_INVALID', {
    message,
    next,
  })
}
