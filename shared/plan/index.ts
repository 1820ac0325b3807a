/** What a sync will do, from its artifacts: one model and one text for `pnpm plan`, the dry runs and the reports. */
export { type Filters, filtered, isNarrowed } from './filter.ts'
export { type PlanView, runPlanSchema } from './model.ts'
export { readOrganizationPlan, readUserPlan, type SyncPlan } from './read-plan.ts'
export { readRunPlan } from './read-run-plan.ts'
export { assertAsReviewed, readReviewedPlan } from './reviewed.ts'
export { runPlanText } from './run-text.ts'
export { planText } from './text.ts'
export { organizationPlanView, userPlanView } from './views.ts'
