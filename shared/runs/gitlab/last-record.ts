import { parsedFile } from '../../runtime/artifacts/index.ts'
import { GATHERED_IDS, type GatheredIds, gatheredIdsSchema } from '../../runtime/records/index.ts'
import { RUN_RECORD } from '../find/index.ts'
import type { GitlabProject } from '../handover/index.ts'
import { type RunRecord, readRunRecord } from '../record/index.ts'

/** The name of a run's last job, and of its artifacts folder. */
export const RECORD_JOB = 'record'
export const RECORD_FOLDER = 'record'

/** About two days of hourly runs. Their artifacts have not expired yet. */
const JOBS_SEARCHED = 1000

/** A run's record, or why there is none. */
export type LastRecord =
  | { record: RunRecord; ids: GatheredIds | undefined }
  | { record: undefined; ids?: undefined; why: string; hasExpired: boolean }

const NO_RUN_YET = 'no earlier run has a record'

type Wanted = {
  /** Only runs before this one. */
  before?: string
  isWanted?: (record: RunRecord) => boolean
}

/** The record of a run; undefined if it left none, or if that has expired. Throws an `ExpectedError` if GitLab refuses. */
export async function recordOfRun(project: GitlabProject, runId: string): Promise<RunRecord | undefined> {
  const jobs = await Array.fromAsync(project.jobs(['success'], Number(runId)))
  // Ids increase, so the run's own job is among the oldest jobs of the pipelines after its root.
  for (const job of jobs.toReversed()) {
    if (job.name !== RECORD_JOB) continue
    const files = await project.files(job, RECORD_FOLDER, [RUN_RECORD])
    const record = readRunRecord(files?.get(RUN_RECORD) ?? '')
    if (record?.run_id === runId) return record
  }
  return undefined
}

/** The record of the newest run that matches. Throws an `ExpectedError` if GitLab refuses a call. */
export async function lastRecord(
  project: GitlabProject,
  { before, isWanted = () => true }: Wanted = {},
): Promise<LastRecord> {
  const limit = before === undefined ? Number.POSITIVE_INFINITY : Number(before)
  let searched = 0
  let expired = 0
  for await (const job of project.jobs(['success'], 0)) {
    searched += 1
    if (searched > JOBS_SEARCHED) break
    if (job.name !== RECORD_JOB) continue
    const files = await project.files(job, RECORD_FOLDER, [RUN_RECORD, GATHERED_IDS])
    if (files === null) expired += 1
    const record = readRunRecord(files?.get(RUN_RECORD) ?? '')
    if (record && Number(record.run_id) < limit && isWanted(record))
      return { record, ids: parsedFile(files?.get(GATHERED_IDS), gatheredIdsSchema) }
  }
  const why = expired === 0 ? NO_RUN_YET : `the records of all earlier runs have expired (${expired} checked)`
  return { record: undefined, why, hasExpired: expired > 0 }
}
