import { STAGES, type Stage } from '../../pipeline/index.ts'
import { stoppedByGuard } from '../../runtime/errors/index.ts'
import type { GitlabJob } from './gitlab-job.ts'
import type { GitlabProject } from './gitlab-project.ts'
import { dataFolderOf, jobNameOf } from './gitlab-store.ts'
import { JOB_RECORD, jobRecordIn } from './job-record.ts'

/**
 * Throws an `ExpectedError` if a newer run has written, or may have written, to the instance that a stage writes to. This
 * run's comparison is then outdated. It happens if somebody retries a job late.
 */
export async function refuseIfNewerRunWrote(
  stage: Stage,
  project: GitlabProject,
  /** `gatheredBy` is the run that gathered the compared records: the resumed run, if there is one. */
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
    // Jobs of this pipeline are earlier attempts of this job.
    if (writer === undefined || job.pipelineId === run.pipelineId) continue
    const jobRecord = await readJobRecord(job, writer, project)
    if (jobRecord?.run_id === run.id || jobRecord?.run_id === run.gatheredBy || jobRecord?.dry_run) continue
    throw stoppedByGuard('NEWER_RUN_WROTE', {
      message: `job ${job.id} (${job.name}) of ${jobRecord ? `run ${jobRecord.run_id}` : 'an unknown run'} started after this run's comparison`,
      next: 'Start a new run from accounts: it compares with the current state. To review a plan for longer, pause the schedule.',
    })
  }
}

async function readJobRecord(job: GitlabJob, stage: string, project: GitlabProject) {
  const files = await project.files(job, dataFolderOf(stage), [JOB_RECORD])
  return jobRecordIn(files?.get(JOB_RECORD))
}
