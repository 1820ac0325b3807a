/** What a sync will do, from its artifacts: a model and a text for `plan`, dry runs and reports. */
export { type Filters, filtered, isNarrowed } from './filter.ts'
export { checkPlan, guardedPlan } from './guarded.ts'
export { heldText } from './held-text.ts'
export { type PlanView, type RunPlan, type RunSync, runPlanSchema } from './model.ts'
export { type PlanReader, readOrganizationPlan, readUserPlan, type SyncPlan } from './read-plan.ts'
export { assertAsReviewed, readReviewedPlan, sumsOf } from './reviewed.ts'
export { planText } from './text.ts'
export { organizationPlanView, userPlanView } from './views.ts'
