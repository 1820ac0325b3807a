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
