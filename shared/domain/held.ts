import { z } from 'zod'
import type { Attribute } from './attributes.ts'
import { type Changes, changeSchema } from './changes.ts'
import { DOUBT_REASONS, type Doubt, dayIn } from './doubts.ts'
import { SUPPORT_LEVELS } from './sections.ts'

/** A record of an instance's held artifact: what a comparison held back, and why. */
export const heldSchema = z.object({
  id: z.int(),
  salesforce_id: z.string().nullable(),
  name: z.string(),
  withheld: z.enum(['mark', 'loss']),
  reason: z.enum([...DOUBT_REASONS, 'keys_disagree']),
  /** The changes that it held back; null for a mark. */
  changes: z.record(z.string(), changeSchema).nullable(),
})
export type Held = z.infer<typeof heldSchema>

/** Highest first. */
const RANKS: readonly unknown[] = SUPPORT_LEVELS
const NUMBERS = ['aar', 'arr']
const SEATS = ['seats_decimal', 'number_of_seats']

/**
 * Splits the changes of an update while its account is in doubt. `withheld` are all changes to the entitlement if the
 * level falls. Otherwise they are the changes that take something away, and none if the account has vanished.
 */
export function withheldChanges(
  changes: Changes,
  reason: Doubt['reason'],
  levels: { current: unknown; wanted: unknown },
): { kept: Changes; withheld: Changes } {
  const isLower = isBelow(levels.wanted, levels.current)
  const kept: Changes = {}
  const withheld: Changes = {}
  for (const [key, change] of Object.entries(changes)) {
    const isWithheld = isLower ? isEntitlement(key) : reason !== 'vanished' && falls(key, change)
    if (isWithheld) withheld[key] = change
    else kept[key] = change
  }
  return { kept, withheld }
}

/** Whether `wanted` ranks below `current`. False if `current` is not one of the eight levels. */
function isBelow(wanted: unknown, current: unknown): boolean {
  const text = typeof current === 'string' ? current.trim() : current
  const currentRank = RANKS.indexOf(text)
  return currentRank !== -1 && RANKS.indexOf(wanted) > currentRank
}

function isCheckbox(key: string): boolean {
  return key.startsWith('sub_') || key === 'emergency_support_24x7'
}

function isEntitlement(key: Attribute['key']): boolean {
  return (
    ['account_type', 'support_level', 'expiration_date', ...NUMBERS, ...SEATS].includes(key) ||
    isCheckbox(key)
  )
}

function falls(key: string, { from, to }: Changes[string]): boolean {
  if (isCheckbox(key)) return from === true && to === false
  if (SEATS.includes(key)) return typeof from === 'number' && typeof to === 'number' && to < from
  if (key !== 'expiration_date') return false
  const [before, after] = [dayIn(from), dayIn(to)]
  return before !== null && after !== null && after < before
}
