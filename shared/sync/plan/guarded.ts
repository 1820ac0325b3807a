import { checkGuards, type GuardCheck, type GuardedPlan, isLoss } from '../../domain/index.ts'
import type { PlanView } from './model.ts'

/** The part of a plan that the guards check. */
export function guardedPlan({ counts, writes }: PlanView): GuardedPlan {
  const idsOf = (chosen: PlanView['writes']) => chosen.flatMap(({ id }) => id ?? [])
  const losses = writes.filter(({ action, changes }) => action === 'update' && isLoss(changes))
  return {
    marks: { ids: idsOf(writes.filter(({ action }) => action === 'mark')), of: counts.unmarked },
    losses: { ids: idsOf(losses), of: counts.entitled },
    updates: { count: counts.update, of: counts.gathered },
    creates: { count: counts.create, of: counts.gathered },
  }
}

/** Checks a plan against the guards. */
export function checkPlan(view: PlanView, given: Omit<GuardCheck, 'plan'>) {
  return checkGuards({ ...given, plan: guardedPlan(view) })
}
