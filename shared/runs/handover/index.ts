/** Hands a stage's files on to later stages: a stage writes a manifest at its end, and a pull trusts only that. */
export { type CiSettings, ciProject, ciSettings, ciTask } from './ci-settings.ts'
export { copyFromRun } from './copy-from-run.ts'
export { folderStore, readFolder } from './folder-store.ts'
export { type GitlabJob, hasEnded } from './gitlab-job.ts'
export { type GitlabPipelines, gitlabPipelines } from './gitlab-pipelines.ts'
export { type GitlabProject, gitlabProject } from './gitlab-project.ts'
export type { GitlabSettings, PersonalLogin } from './gitlab-settings.ts'
export { dataFolderOf, gitlabStore, jobNameOf } from './gitlab-store.ts'
export type { FileNames } from './gitlab-zip.ts'
export {
  JOB_RECORD,
  type JobRecord,
  jobRecordIn,
  jobRecordOf,
  removeJobRecord,
  writeJobRecord,
} from './job-record.ts'
export { joinedParts, splitJobName } from './joined-parts.ts'
export { pullLatestInputs } from './latest.ts'
export { MANIFEST, type Manifest, readManifest, removeManifest, writeManifest } from './manifest.ts'
export { refuseIfNewerRunWrote } from './newer-writer.ts'
export { refuseOutdatedPlan } from './outdated-plan.ts'
export { pullInputs } from './pull.ts'
export { planMissing, pullReviewedPlan, removeReviewedRun, reviewedRun } from './reviewed-plan.ts'
export type { HandoverStore, WantedRun } from './store.ts'
export { incomplete, sumOf, verifiedFiles } from './verified-files.ts'
