import { STAGES, type Stage } from '../../pipeline/index.ts'
import { Trouble } from '../../runtime/errors/index.ts'
import type { GitlabJob, GitlabProject } from './gitlab-project.ts'
import { dataFolderOf, jobNameOf } from './gitlab-store.ts'
import { TICKET, ticketIn } from './ticket.ts'

/**
 * Throws a `Trouble` when a newer run has written to the instance that a stage writes to, or may have: what this run
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
    const ticket = await ticketOf(job, writer, project)
    if (ticket?.run_id === run.id || ticket?.run_id === run.gatheredBy || ticket?.dry_run) continue
    throw new Trouble(
      'guard',
      'NEWER_RUN_WROTE',
      `job ${job.id} (${job.name}) of ${ticket ? `run ${ticket.run_id}` : 'a run that it does not name'} came after this run's comparison`,
      'Start a new run from accounts: it compares with what is there now. To review a plan for longer, pause the schedule.',
    )
  }
}

async function ticketOf(job: GitlabJob, stage: string, project: GitlabProject) {
  const files = await project.files(job, dataFolderOf(stage), [TICKET])
  return ticketIn(files?.get(TICKET))
}
