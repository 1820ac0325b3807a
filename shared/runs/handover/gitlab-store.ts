import type { GitlabProject } from './gitlab-project.ts'
import type { HandoverStore } from './store.ts'

/** The name of a bin's job. */
export function jobNameOf(stage: string, bin: string): string {
  return `${stage}:${bin}`
}

/** Where a stage's data directory is in the project, and so in its jobs' artifacts. */
export function dataFolderOf(stage: string): string {
  return `packages/${stage}/data`
}

/**
 * The artifacts of the jobs that ended: one that ended with 4 has failed for GitLab, though its failure is allowed. A job may not ask which pipelines another has triggered (`/bridges` is not for its
 * token): so the project's list is searched, and the manifest says whose files they are.
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
