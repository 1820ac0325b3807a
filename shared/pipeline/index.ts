/** The stages, their order, and the artifacts that they hand on. */
export {
  type Artifact,
  artifacts,
  createKey,
  JOURNAL_NAME,
  RESULTS_NAME,
  type RecordOf,
} from './artifacts.ts'
export { BINS, type Bin } from './bins.ts'
export { type GatherPart, MAX_PARTS, partIn, partText } from './gather-part.ts'
export { RUN_MINUTES } from './run-minutes.ts'
export { compareStage, type StageName, type SyncStage, syncStage } from './stage-names.ts'
export {
  findStage,
  handoverBin,
  instanceOf,
  isAtOrAfter,
  readsParts,
  runsAfterFailure,
  STAGES,
  type Stage,
  writerOf,
  writesArtifact,
} from './stages.ts'
export {
  INSTANCE_SYNCS,
  type OrganizationSync,
  organizationSync,
  PARTNER_SYNC,
  PLANNED_SYNCS,
  type PlannedSync,
  planArtifacts,
  resultsOf,
  USER_SYNC,
} from './syncs.ts'
