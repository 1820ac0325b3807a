/** Which stages there are, and how they follow one another. */
export { RUN_MINUTES } from './run-minutes.ts'
export {
  type Bin,
  compareStage,
  findStage,
  goesOnBehindFailed,
  handingBin,
  isAtOrAfter,
  STAGES,
  type Stage,
  type StageName,
  type SyncStage,
  syncStage,
  writerOf,
} from './stages.ts'
export {
  INSTANCE_SYNCS,
  type OrganizationSync,
  organizationSync,
  PARTNER_SYNC,
  PLANNED_SYNCS,
  type PlannedSync,
  planInputs,
  USER_SYNC,
} from './syncs.ts'
