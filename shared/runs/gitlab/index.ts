/** A run on GitLab: the record and the files that its jobs left. */
export { filesOfRun } from './files-of-run.ts'
export { lastRecord, RECORD_FOLDER, RECORD_JOB } from './last-record.ts'
