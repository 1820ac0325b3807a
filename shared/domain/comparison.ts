import type { Attribute } from './attributes.ts'
import type { Changes } from './changes.ts'
import { plainValue } from './kinds.ts'

/** The Zendesk side of a comparison, each item to be claimed by what Salesforce has of its key. */
export type Unified<Item> = {
  /** Claims a key: its item, `'none'` where Zendesk has none, `'twice'` for a key that was claimed before. */
  claim: (key: string) => Item | 'none' | 'twice'
  /** The items that nothing claimed, in their order: those without a key never are. */
  unclaimed: () => Item[]
  /** Items whose key an item with a lower id has: left alone. */
  duplicates: readonly Item[]
}

const FREE = 0
const CLAIMED = 1
const DUPLICATE = 2

/** Unifies items by key; of several with one key the lowest id stands for it. */
export function unify<Item extends { id: number }>(
  items: readonly Item[],
  keyOf: (item: Item) => string | null,
): Unified<Item> {
  // Places and one byte each: a set of a million claimed keys would take 100 MB.
  const placeOf = new Map<string, number>()
  const states = new Uint8Array(items.length)
  const claimedWithoutItem = new Set<string>()
  const duplicates: Item[] = []
  const nowhere = items.length
  items.forEach((item, place) => {
    const key = keyOf(item)
    if (key === null) return
    const knownPlace = placeOf.get(key) ?? nowhere
    const known = items[knownPlace]
    const isLowest = known === undefined || item.id < known.id
    if (isLowest) placeOf.set(key, place)
    if (known === undefined) return
    states[isLowest ? knownPlace : place] = DUPLICATE
    duplicates.push(isLowest ? known : item)
  })
  return {
    claim(key) {
      const place = placeOf.get(key) ?? nowhere
      const item = items[place]
      const isClaimed = item === undefined ? claimedWithoutItem.has(key) : states[place] === CLAIMED
      if (isClaimed) return 'twice'
      if (item === undefined) {
        claimedWithoutItem.add(key)
        return 'none'
      }
      states[place] = CLAIMED
      return item
    },
    unclaimed: () => items.filter((_, place) => states[place] === FREE),
    duplicates,
  }
}

/** The attributes in which two records differ, as Zendesk would store them; null when there are none. */
export function differences(
  attributes: readonly Pick<Attribute, 'key' | 'kind'>[],
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
): Changes | null {
  let changes: Changes | null = null
  for (const { key, kind } of attributes) {
    const before = plainValue(from[key])
    const after = plainValue(to[key])
    if (before === after || kind.equal(before, after)) continue
    changes ??= {}
    changes[key] = { from: before, to: after }
  }
  return changes
}

/** Whether an object without an organization gets one: nobody who has expired does. */
export function getsOrganization({ support_level }: Readonly<Record<string, unknown>>): boolean {
  return support_level !== 'expired'
}
