import type { PlannedWrite, PlanView } from './model.ts'

/** What of a plan is to be shown: all that is given must hold. */
export type Filters = {
  /** Writes that change this attribute. */
  attribute?: string | undefined
  /** Writes that leave this support level, or arrive at it. */
  level?: string | undefined
  only?: 'creates' | 'updates' | 'marks' | undefined
}

const ACTIONS = { creates: 'create', updates: 'update', marks: 'mark' } as const

/** Whether some writes may be left out. */
export function isNarrowed({ attribute, level, only }: Filters): boolean {
  return attribute !== undefined || level !== undefined || only !== undefined
}

/** The plan with those of its writes alone; its counts stay the whole plan's. */
export function filtered(plan: PlanView, filters: Filters): PlanView {
  return { ...plan, writes: plan.writes.filter(write => isWanted(write, filters)) }
}

function isWanted({ action, changes, support_level }: PlannedWrite, { attribute, level, only }: Filters) {
  if (attribute !== undefined && changes[attribute] === undefined) return false
  if (only !== undefined && action !== ACTIONS[only]) return false
  return level === undefined || support_level === level || changes.support_level?.from === level
}
