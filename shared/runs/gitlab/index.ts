/** A run on GitLab: the record and the files that its jobs left. */

export { type DownloadWatch, downloadRun, jobIdsOf, sourcesOf, writeOrigin } from './download-run.ts'
export { type FilesOfJob, filesOfRun, joinedShares } from './files-of-run.ts'
export { findOnGitlab, type Gitlab, type RunOnGitlab } from './find-on-gitlab.ts'
export { lastRecord, RECORD_FOLDER, RECORD_JOB, recordOfRun } from './last-record.ts'
