import type { Attribute } from './attributes.ts'
import type { Changes } from './changes.ts'
import { plainValue } from './field-types.ts'
import { hasSalesforceId, type Keyed, type MatchKey, organizationKey } from './salesforce-id.ts'

/**
 * The result of taking a key: `item` is the match, `none` means that Zendesk has no item with this key, and `twice` that
 * the key was taken before.
 */
export type Taken<Item> = { kind: 'item'; item: Item } | { kind: 'none' } | { kind: 'twice' }

/** The Zendesk side of a comparison: each Salesforce record takes the item with its key. */
export type Unified<Item, Key extends string = string> = {
  take: (key: Key) => Taken<Item>
  /** Whether a key was taken. */
  isTaken: (key: Key) => boolean
  /** The items whose key was not taken, in their order. Items without a key are always among them. */
  unmatched: () => Item[]
  /** The other items with the key of a match. The sync leaves them alone. */
  duplicates: () => Item[]
}

export type UnifyBy<Item, Key extends string> = {
  keyOf: (item: Item) => Key | null
  /** If several items have the same key, those for which this is true come first. */
  isFirst?: (item: Item) => boolean
}

/**
 * Unifies items by key. If several have the same key, the match is the one for which `isFirst` is true, then the one
 * with the lowest id.
 */
export function unify<Item extends { id: number }, Key extends string = string>(
  items: readonly Item[],
  { keyOf, isFirst = () => true }: UnifyBy<Item, Key>,
): Unified<Item, Key> {
  // One index and one byte per item: a set of a million keys would take 100 MB.
  const placeOf = new Map<Key, number>()
  const isTakenAt = new Uint8Array(items.length)
  const takenWithoutItem = new Set<Key>()
  const nowhere = items.length
  items.forEach((item, place) => {
    const key = keyOf(item)
    if (key === null) return
    const known = items[placeOf.get(key) ?? nowhere]
    if (known === undefined || isBefore(item, known)) placeOf.set(key, place)
  })
  function isBefore(one: Item, other: Item): boolean {
    const isOneFirst = isFirst(one)
    return isOneFirst === isFirst(other) ? one.id < other.id : isOneFirst
  }
  function isTaken(key: Key): boolean {
    const place = placeOf.get(key)
    return place === undefined ? takenWithoutItem.has(key) : isTakenAt[place] === 1
  }
  return {
    take(key) {
      const place = placeOf.get(key) ?? nowhere
      const item = items[place]
      if (item === undefined) {
        if (takenWithoutItem.has(key)) return { kind: 'twice' }
        takenWithoutItem.add(key)
        return { kind: 'none' }
      }
      if (isTakenAt[place] === 1) return { kind: 'twice' }
      isTakenAt[place] = 1
      return { kind: 'item', item }
    },
    isTaken,
    unmatched: () =>
      items.filter((item, place) => {
        if (isTakenAt[place] === 1) return false
        const key = keyOf(item)
        return key === null || !isTaken(key)
      }),
    duplicates: () =>
      items.filter((item, place) => {
        if (isTakenAt[place] === 1) return false
        const key = keyOf(item)
        return key !== null && isTaken(key)
      }),
  }
}

/** Unifies organizations. A key from salesforce_id comes before the same key from sfdc_short_id. */
export const BY_ORGANIZATION: Required<UnifyBy<Keyed, MatchKey>> = {
  keyOf: organizationKey,
  isFirst: hasSalesforceId,
}

/**
 * The attributes in which two records differ, as Zendesk would store them; null if there are none. With `ignored`, leaves
 * out the attributes that `from` lacks: the instance has no usable field for them, see `checkFields`.
 */
export function differences(
  attributes: readonly Pick<Attribute, 'key' | 'kind'>[],
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
  lacking: 'compared' | 'ignored' = 'compared',
): Changes | null {
  let changes: Changes | null = null
  for (const { key, kind } of attributes) {
    const value = from[key]
    if (value === undefined && lacking === 'ignored') continue
    const before = plainValue(value)
    const after = plainValue(to[key])
    if (before === after || kind.equal(before, after)) continue
    changes ??= {}
    changes[key] = { from: before, to: after }
  }
  return changes
}

/** Whether to create an organization for an object that has none. An expired object gets none. */
export function getsOrganization({ support_level }: Readonly<Record<string, unknown>>): boolean {
  return support_level !== 'expired'
}
