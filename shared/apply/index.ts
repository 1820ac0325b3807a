/** Writing a plan to Zendesk: guards, batches, results and the journal, written once for the four sync bins. */
export { applyPlan, type RecordResults, type Writer } from './apply-plan.ts'
export { connectToWrite } from './connect.ts'
export { failed, result } from './results.ts'
export { syncInstance } from './sync-instance.ts'
export { syncOrganizations } from './sync-organizations.ts'
