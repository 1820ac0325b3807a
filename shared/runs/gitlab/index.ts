/** A run on GitLab: the record and the files that its jobs left. */
export { type BringWatch, bringRun, jobIdsOf, leaveOrigin, sourcesOf } from './bring-run.ts'
export { jobRecordOf } from './checked-part.ts'
export { filesOfRun } from './files-of-run.ts'
export { findOnGitlab, type Gitlab, type RunOnGitlab } from './find-on-gitlab.ts'
export { lastRecord, RECORD_FOLDER, RECORD_JOB } from './last-record.ts'
