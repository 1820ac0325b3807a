import type { GitlabProject } from './gitlab-project.ts'
import type { HandoverStore } from './store.ts'

/** The name of a bin's job. */
export function jobNameOf(stage: string, bin: string): string {
  return `${stage}:${bin}`
}

/** The path of a stage's data directory in the project and in its jobs' artifacts. */
export function dataFolderOf(stage: string): string {
  return `packages/${stage}/data`
}

/**
 * The artifacts of ended jobs. A job that ended with 4 counts as failed in GitLab, although its failure is allowed. A job
 * token may not ask which pipelines another job has triggered (`/bridges`). So this searches the project's list of jobs,
 * and the manifest says which run the files belong to.
 */
export function gitlabStore(project: GitlabProject): HandoverStore {
  return {
    async *copies({ stage, bin }, run) {
      const name = jobNameOf(stage, bin)
      for await (const job of project.jobs(['success', 'failed'], Number(run.id))) {
        if (job.name !== name || (run.commit !== null && job.commit !== run.commit)) continue
        yield {
          origin: `job ${job.id}`,
          isOfFailed: job.status === 'failed',
          read: names => project.artifacts(job, dataFolderOf(stage), names),
        }
      }
    },
  }
}
