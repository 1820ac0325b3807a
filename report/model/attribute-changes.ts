import { byInstance, INSTANCES } from '@support-sync/shared/domain'
import { findStage } from '@support-sync/shared/pipeline'
import type { AttributeChanges, ChangedRecord } from './schema.ts'

/** Counts how many records change each attribute, by instance. */
export function countAttributes() {
  const counts = new Map<string, AttributeChanges>()
  return {
    add({ stage, action, changes }: ChangedRecord): void {
      const instance = findStage(stage)?.instance
      if (action !== 'update' || !instance) return
      for (const attribute of Object.keys(changes)) {
        const known = counts.get(attribute) ?? { attribute, ...byInstance(() => 0) }
        counts.set(attribute, { ...known, [instance]: known[instance] + 1 })
      }
    },
    /** Most changed first. */
    finish(): AttributeChanges[] {
      return [...counts.values()].sort((one, other) => recordsOf(other) - recordsOf(one))
    },
  }
}

/** The number of records on all instances that change an attribute. */
export function recordsOf(changes: AttributeChanges): number {
  return INSTANCES.reduce((sum, instance) => sum + changes[instance], 0)
}
