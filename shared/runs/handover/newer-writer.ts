import { STAGES, type Stage } from '../../pipeline/index.ts'
import { stoppedByGuard } from '../../runtime/errors/index.ts'
import type { GitlabJob } from './gitlab-job.ts'
import type { GitlabProject } from './gitlab-project.ts'
import { dataFolderOf, jobNameOf } from './gitlab-store.ts'
import { JOB_RECORD, jobRecordIn } from './job-record.ts'

/**
 * Throws an `ExpectedError` if another run has written, or may have written, to the instance that a stage writes to since
 * the oldest gather that the stage's plan depends on. The plan is then outdated. It happens if somebody retries a job
 * late, or resumes an old run.
 */
export async function refuseIfNewerRunWrote(
  stage: Stage,
  project: GitlabProject,
  /** `gatheredBy` has the runs that gathered what the plan depends on. They may be earlier runs. */
  run: { id: string; pipelineId: number; gatheredBy: readonly string[] },
): Promise<void> {
  const writers = new Map(
    STAGES.filter(({ instance }) => instance === stage.instance).flatMap(({ stage, bins }) =>
      bins.filter(({ syncs }) => syncs).map(({ bin }) => [jobNameOf(stage, bin), stage]),
    ),
  )
  const oldest = Math.min(...[run.id, ...run.gatheredBy].map(Number))
  for await (const job of project.jobs(['success', 'failed', 'canceled', 'running'], oldest)) {
    const writer = writers.get(job.name)
    // Jobs of this pipeline are earlier attempts of this job.
    if (writer === undefined || job.pipelineId === run.pipelineId) continue
    const jobRecord = await readJobRecord(job, writer, project)
    if (jobRecord && (jobRecord.dry_run || isOwn(job, jobRecord.run_id, run))) continue
    throw stoppedByGuard('NEWER_RUN_WROTE', {
      message: `job ${job.id} (${job.name}) of ${jobRecord ? `run ${jobRecord.run_id}` : 'an unknown run'} started after a gather of this plan`,
      next: 'Start a new run from accounts: it compares with the current state. To review a plan for longer, pause the schedule.',
    })
  }
}

/** Whether a job wrote for this run, or for a run that gathered for it, and then before all later gathers. */
function isOwn(
  { pipelineId }: GitlabJob,
  runId: string,
  { id, gatheredBy }: { id: string; gatheredBy: readonly string[] },
): boolean {
  if (runId === id) return true
  // GitLab's later pipelines have higher ids. A late retry of a run's job can be in a later pipeline than the next gather.
  const isOutdated = gatheredBy.some(other => Number(other) > Number(runId) && Number(other) < pipelineId)
  return gatheredBy.includes(runId) && !isOutdated
}

async function readJobRecord(job: GitlabJob, stage: string, project: GitlabProject) {
  const files = await project.files(job, dataFolderOf(stage), [JOB_RECORD])
  return jobRecordIn(files?.get(JOB_RECORD))
}
