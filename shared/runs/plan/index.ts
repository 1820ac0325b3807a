/** What the syncs of a run will do, or did: the plans of a run, read and shown together. */
export { readRunPlan } from './read-run-plan.ts'
export { runPlanText } from './run-text.ts'
