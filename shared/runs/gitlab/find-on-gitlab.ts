import { badInput, type ExpectedError, upstreamFailed } from '../../runtime/errors/index.ts'
import { GATHERED_IDS } from '../../runtime/records/index.ts'
import { PROGRAM } from '../../runtime/text/index.ts'
import { LAST, RUN_RECORD } from '../find/index.ts'
import { type GitlabJob, type GitlabPipelines, type GitlabProject, hasEnded } from '../handover/index.ts'
import { type RunRecord, readRunRecord } from '../record/index.ts'
import { partOf } from './files-of-run.ts'
import { lastRecord, RECORD_FOLDER, RECORD_JOB } from './last-record.ts'

/** A project on GitLab, read with a person's token. */
export type Gitlab = { project: GitlabProject; pipelines: GitlabPipelines }

/** A run that has ended on GitLab. */
export type RunOnGitlab = {
  id: string
  /** The project's full path, and its page. */
  project: { path: string; url: string }
  record: RunRecord
  /** The files of its record job, by name. */
  recordFiles: ReadonlyMap<string, Uint8Array>
  /** The jobs that the run's files come from, newest first: earlier attempts follow the last one. */
  jobs: readonly GitlabJob[]
}

/**
 * Finds a run by the id of its root pipeline; for `last` the newest one that has ended with a record.
 * Throws an `ExpectedError` if there is none, if it has not ended, or if it has no record.
 */
export async function findOnGitlab(gitlab: Gitlab, given: string): Promise<RunOnGitlab> {
  const project = await gitlab.pipelines.project()
  const id = given === LAST ? await newestRun(gitlab, project.path) : given
  const pipeline = await gitlab.pipelines.pipeline(id)
  if (!pipeline) throw noRun(`${project.path} has no pipeline ${id}`)
  if (pipeline.isChild)
    throw noRun(`pipeline ${id} is only a part of a run: another pipeline of ${project.path} started it`)
  if (!hasEnded(pipeline.status)) {
    throw upstreamFailed('RUN_NOT_ENDED', {
      message: `run ${id} has not ended: its pipeline is ${pipeline.status}`,
      next: `Wait until it has ended, or fetch the newest run that has: ${PROGRAM} fetch-run ${LAST}`,
    })
  }
  const all = await gitlab.pipelines.family(id)
  const { record, files } = await recordOf(gitlab.project, id, all)
  const jobs = all.filter(job => hasEnded(job.status) && (partOf(job) || job.name === RECORD_JOB))
  return { id, project, record, recordFiles: files, jobs }
}

async function newestRun({ project }: Gitlab, path: string): Promise<string> {
  const last = await lastRecord(project)
  if (last.record) return last.record.run_id
  if (last.hasExpired) throw expired(`the records of all runs of ${path} have expired`)
  throw noRun(`no run of ${path} has left a record yet`)
}

async function recordOf(project: GitlabProject, id: string, jobs: readonly GitlabJob[]) {
  const own = jobs.filter(({ name }) => name === RECORD_JOB)
  for (const job of own) {
    const files = await project.files(job, RECORD_FOLDER, [RUN_RECORD, GATHERED_IDS])
    const record = files && readRunRecord(files.get(RUN_RECORD) ?? '')
    if (files && record?.run_id === id) return { record, files }
  }
  if (own.length > 0 && own.every(({ zipSize }) => zipSize === null))
    throw expired(`the record of run ${id} has expired, or its job left none`)
  throw badInput('NO_RUN_RECORD', {
    message: `run ${id} left no record`,
    next: 'It is not a run of the sync, or it was cancelled before its last job. Name the root pipeline of another run.',
  })
}

/** The error for artifacts that have expired. */
export function expired(message: string): ExpectedError {
  return badInput('RUN_EXPIRED', {
    message,
    next: `GitLab keeps a run's artifacts for two days and its record for seven. Fetch a newer run: ${PROGRAM} fetch-run ${LAST}`,
  })
}

function noRun(message: string): ExpectedError {
  return badInput('NO_RUN', {
    message,
    next: `Name the id of a run's root pipeline, as its report and Slack show it, or fetch the newest: ${PROGRAM} fetch-run ${LAST}`,
  })
}
