import type { Attribute } from './attributes.ts'
import type { Changes } from './changes.ts'
import { plainValue } from './kinds.ts'

/** The Zendesk side of a comparison, unified by key. */
export type Unified<Item> = {
  byKey: ReadonlyMap<string, Item>
  withoutKey: readonly Item[]
  /** Items whose key an item with a lower id has: left alone. */
  duplicates: readonly Item[]
}

/** Unifies items by key; of several with one key the lowest id stands for it. */
export function unify<Item extends { id: number }>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string | null,
): Unified<Item> {
  const byKey = new Map<string, Item>()
  const withoutKey: Item[] = []
  const duplicates: Item[] = []
  for (const item of items) {
    const key = keyOf(item)
    const known = key === null ? undefined : byKey.get(key)
    if (key === null) withoutKey.push(item)
    else if (known === undefined) byKey.set(key, item)
    else {
      duplicates.push(known.id < item.id ? item : known)
      if (item.id < known.id) byKey.set(key, item)
    }
  }
  return { byKey, withoutKey, duplicates }
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

/** What of a comparison's Zendesk side no object claimed, in its order. */
export function unclaimed<Item>(unified: Unified<Item>, claimed: ReadonlySet<string>): Item[] {
  const left: Item[] = []
  // Not by a list of all entries, which are a million.
  for (const [key, item] of unified.byKey) if (!claimed.has(key)) left.push(item)
  return [...left, ...unified.withoutKey]
}
