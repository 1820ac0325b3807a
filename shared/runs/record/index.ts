/** The record of a run: how each stage ended, what it gathered, and what people should know about it. */
export { attentionText } from './attention.ts'
export { collectGatheredIds } from './gathered-ids.ts'
export { junitOf } from './junit.ts'
export { nextStages } from './next-stages.ts'
export { type RunRecord, readRunRecord, recordRun, runRecordSchema } from './run-record.ts'
export { slackMessage } from './slack-message.ts'
export {
  filesOfRecord,
  LOST_TEXT,
  readStage,
  type StageRecord,
  stageWithoutResult,
  stateText,
} from './stage-record.ts'
