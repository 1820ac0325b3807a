import type { PlannedWrite, PlanView } from './model.ts'

/** Filters for a plan. A write must match all of them. */
export type Filters = {
  /** Writes that change this attribute. */
  attribute?: string | undefined
  /** Writes of records that have this support level before or after the write. */
  level?: string | undefined
  only?: 'creates' | 'updates' | 'marks' | undefined
}

const ACTIONS = { creates: 'create', updates: 'update', marks: 'mark' } as const

/** Whether the filters may exclude writes. */
export function isNarrowed({ attribute, level, only }: Filters): boolean {
  return attribute !== undefined || level !== undefined || only !== undefined
}

/** The plan with only the matching writes. Its counts are those of the whole plan. */
export function filtered(plan: PlanView, filters: Filters): PlanView {
  return { ...plan, writes: plan.writes.filter(write => isWanted(write, filters)) }
}

function isWanted({ action, changes, support_level }: PlannedWrite, { attribute, level, only }: Filters) {
  if (attribute !== undefined && changes[attribute] === undefined) return false
  if (only !== undefined && action !== ACTIONS[only]) return false
  return level === undefined || support_level === level || changes.support_level?.from === level
}
