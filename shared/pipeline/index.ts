/** Which stages there are, and how they follow one another. */
export {
  type Bin,
  compareStage,
  findStage,
  isAtOrAfter,
  STAGES,
  type Stage,
  type StageName,
  type SyncStage,
  syncStage,
  writerOf,
} from './stages.ts'
