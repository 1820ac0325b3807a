import type { AttributeChanges, ChangedRecord } from './schema.ts'

/** How many records change each attribute, by the instance that holds them. */
export function countAttributes() {
  const counts = new Map<string, AttributeChanges>()
  return {
    take({ action, changes }: ChangedRecord, instance: 'global' | 'usgov'): void {
      if (action !== 'update') return
      for (const attribute of Object.keys(changes)) {
        const known = counts.get(attribute) ?? { attribute, global: 0, usgov: 0 }
        counts.set(attribute, { ...known, [instance]: known[instance] + 1 })
      }
    },
    /** The most changed first. */
    result(): AttributeChanges[] {
      return [...counts.values()].sort((one, other) => other.global + other.usgov - one.global - one.usgov)
    },
  }
}
