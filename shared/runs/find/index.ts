/** Finds runs on disk, their artifacts, and one record among very many. */
export {
  type Addresses,
  accountLink,
  addressesOf,
  gatheredBy,
  organizationsLink,
  usersLink,
} from './addresses.ts'
export { FETCHED, type Fetched, fetchedAt, fetchedFrom, fetchedRuns } from './fetched.ts'
export { findRun, LAST, newestRun, pipelineRuns, runsBesideNewest, runsByStart } from './find-run.ts'
export { artifactPath, dataDirOf, isPipelineRun, RUN_RECORD, type Run, readToday } from './locate.ts'
export { type NamedRecord, namesOf } from './names.ts'
export { inJson, namedInJson, recordsWith } from './records-with.ts'
