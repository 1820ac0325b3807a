/** What a bin leaves for the run record and for later runs, next to its artifacts. */
export {
  GATHERED_IDS,
  type Gathered,
  type GatheredIds,
  gatheredIdsName,
  gatheredIdsSchema,
  gatherName,
  type LastRun,
  lastRunSchema,
  readGatheredIds,
  readLastRun,
  shrunkGather,
} from './last-run.ts'
export { lastWriteByOthers, noteWrite } from './machine-writes.ts'
export {
  addressOf,
  gatheredFrom,
  gathererOf,
  handedOnStamps,
  readStamps,
  STAMPS,
  type Stamp,
  type Stamps,
  stampGather,
  stampsSchema,
} from './stamps.ts'
export {
  type Ending,
  ownSummaryPath,
  type Summary,
  summaryName,
  summaryOf,
  summaryPath,
  summarySchema,
  type Warning,
  writeSummary,
} from './summary.ts'
