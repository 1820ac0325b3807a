/** The record of a run: what each stage came to, what was gathered, and what there is to tell a person of it. */
export { attentionText } from './attention.ts'
export { collectGatheredIds } from './gathered-ids.ts'
export { junitOf } from './junit.ts'
export { nextStages } from './next-stages.ts'
export { type RunRecord, readRunRecord, recordRun, runRecordSchema } from './run-record.ts'
export { slackMessage } from './slack-message.ts'
export {
  filesOfRecord,
  NEVER_TOLD,
  readStage,
  type StageRecord,
  silentStage,
  stateText,
} from './stage-record.ts'
