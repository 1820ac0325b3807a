import { RUN_RECORD } from '@support-sync/shared/runs/find'
import type { GitlabProject } from '@support-sync/shared/runs/handover'
import { type RunRecord, readRunRecord } from '@support-sync/shared/runs/record'
import { parsedFile } from '@support-sync/shared/runtime/artifacts'
import { GATHERED_IDS, type GatheredIds, gatheredIdsSchema } from '@support-sync/shared/runtime/bin'

/** The name of the run's last job, and of the folder that it leaves. */
export const RECORD_JOB = 'record'
export const RECORD_FOLDER = 'record'

/** Some two days of hourly runs, whose artifacts have not expired yet. */
const JOBS_SEARCHED = 1000

/** The record of the newest run before one; or why there is none. What GitLab refuses is thrown. */
export type LastRecord =
  | { record: RunRecord; ids: GatheredIds | undefined }
  | { record: undefined; ids?: undefined; why: string }

const NO_RUN_YET = 'no earlier run left a record'

export async function lastRecord(
  project: GitlabProject,
  runId: string,
  isWanted: (record: RunRecord) => boolean = () => true,
): Promise<LastRecord> {
  let searched = 0
  let expired = 0
  for await (const job of project.jobs(['success'], 0)) {
    searched += 1
    if (searched > JOBS_SEARCHED) break
    if (job.name !== RECORD_JOB) continue
    const files = await project.files(job, RECORD_FOLDER, [RUN_RECORD, GATHERED_IDS])
    if (files === null) expired += 1
    const record = readRunRecord(files?.get(RUN_RECORD) ?? '')
    if (record && Number(record.run_id) < Number(runId) && isWanted(record))
      return { record, ids: parsedFile(files?.get(GATHERED_IDS), gatheredIdsSchema) }
  }
  const why =
    expired === 0 ? NO_RUN_YET : `the records of all earlier runs have expired (${expired} looked at)`
  return { record: undefined, why }
}
