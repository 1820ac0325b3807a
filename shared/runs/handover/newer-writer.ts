import { STAGES, type Stage } from '../../pipeline/index.ts'
import { ExpectedError } from '../../runtime/errors/index.ts'
import type { GitlabJob, GitlabProject } from './gitlab-project.ts'
import { dataFolderOf, jobNameOf } from './gitlab-store.ts'
import { JOB_RECORD, jobRecordIn } from './job-record.ts'

/**
 * Throws a `ExpectedError` when a newer run has written to the instance that a stage writes to, or may have: what this run
 * compared with is not there any more. A retried job is the way to come so far behind.
 */
export async function refuseBehindNewerWriter(
  stage: Stage,
  project: GitlabProject,
  /** `gatheredBy` is the run that gathered what is compared: an earlier one, where this run goes on with its artifacts. */
  run: { id: string; pipelineId: number; gatheredBy: string },
): Promise<void> {
  const writers = new Map(
    STAGES.filter(({ instance }) => instance === stage.instance).flatMap(({ stage, bins }) =>
      bins.filter(({ syncs }) => syncs).map(({ bin }) => [jobNameOf(stage, bin), stage]),
    ),
  )
  for await (const job of project.jobs(
    ['success', 'failed', 'canceled', 'running'],
    Number(run.gatheredBy),
  )) {
    const writer = writers.get(job.name)
    // Those of this pipeline are this job's own earlier tries.
    if (writer === undefined || job.pipelineId === run.pipelineId) continue
    const jobRecord = await ticketOf(job, writer, project)
    if (jobRecord?.run_id === run.id || jobRecord?.run_id === run.gatheredBy || jobRecord?.dry_run) continue
    throw new ExpectedError({
      kind: 'guard',
      code: 'NEWER_RUN_WROTE',
      message: `job ${job.id} (${job.name}) of ${jobRecord ? `run ${jobRecord.run_id}` : 'a run that it does not name'} came after this run's comparison`,
      next: 'Start a new run from accounts: it compares with what is there now. To review a plan for longer, pause the schedule.',
    })
  }
}

async function ticketOf(job: GitlabJob, stage: string, project: GitlabProject) {
  const files = await project.files(job, dataFolderOf(stage), [JOB_RECORD])
  return jobRecordIn(files?.get(JOB_RECORD))
}
