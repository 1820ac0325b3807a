import { z } from 'zod'

export type JobStatus = 'success' | 'failed' | 'canceled' | 'running'
export type GitlabJob = {
  id: number
  name: string
  status: string
  commit: string | null
  startedAt: string | null
  finishedAt: string | null
  pipelineId: number
  pipelineStatus: string
  /** The size of its artifacts in bytes; null if it has none. */
  zipSize: number | null
}

/** https://docs.gitlab.com/api/jobs/#list-project-jobs */
export const jobSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    status: z.string(),
    commit: z.object({ id: z.string() }).nullable(),
    started_at: z.iso.datetime({ offset: true }).nullable(),
    finished_at: z.iso.datetime({ offset: true }).nullable(),
    pipeline: z.object({ id: z.int(), status: z.string() }),
    artifacts: z.array(z.object({ file_type: z.string(), size: z.number().nullish() })).default([]),
  })
  .transform(
    ({ id, name, status, commit, pipeline, artifacts, ...row }): GitlabJob => ({
      id,
      name,
      status,
      commit: commit?.id ?? null,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      pipelineId: pipeline.id,
      pipelineStatus: pipeline.status,
      zipSize: artifacts.find(({ file_type }) => file_type === 'archive')?.size ?? null,
    }),
  )

/** The statuses of a pipeline or a job that has ended. */
const ENDED = new Set(['success', 'failed', 'canceled', 'skipped'])

/** Whether a pipeline or a job has ended. */
export function hasEnded(status: string): boolean {
  return ENDED.has(status)
}
