import { z } from 'zod'
import { itemRefusal, type Refusal } from './refusal.ts'

/**
 * The outcome of one item. Besides the codes of a single write, it has JOB_FAILED, JOB_KILLED and JOB_NOT_ENDED
 * (Zendesk may still write it later).
 */
export type ItemResult = { id: number; outcome: 'written' } | ({ id: number; outcome: 'failed' } & Refusal)

const JOB_STATUS = z.object({
  // It becomes part of a URL.
  id: z.string().regex(/^[\w-]{1,100}$/),
  // queued, working, completed, failed or killed; any other value counts as not ended.
  status: z.string(),
  message: z.string().nullish(),
  // Null while a job is queued, and not an array in some failed jobs.
  results: z.unknown().optional(),
})
export const JOB = z.object({ job_status: JOB_STATUS })
export const JOBS = z.object({ job_statuses: z.array(JOB_STATUS) })
export type Job = z.infer<typeof JOB_STATUS>

/** Succeeded: `{ id, action, success, status }`. Failed: `{ index, error, id, details }`, without `success`. */
const RESULT = z.object({
  id: z.int().nullish(),
  index: z.int().nullish(),
  success: z.boolean().nullish(),
  error: z.unknown().optional(),
  details: z.unknown().optional(),
})

/** How a job ended. `lost`: its final status could not be read. */
export type JobEnd = {
  state: 'completed' | 'failed' | 'killed' | 'running' | 'lost'
  message: string
  results: Map<number, ItemResult>
}

/** The item results in a job's status so far. */
export function resultsOf(job: Job, ids: readonly number[]): ItemResult[] {
  if (!Array.isArray(job.results)) return []
  return job.results.flatMap((raw): ItemResult[] => {
    const parsed = RESULT.safeParse(raw)
    if (!parsed.success) return []
    const { id: named, index, success, error, details } = parsed.data
    const id = ids.find(known => known === named) ?? ids[index ?? -1]
    if (id === undefined) return []
    const failed = Boolean(error) || success === false
    if (failed) return [{ id, outcome: 'failed', status: null, ...itemRefusal(error, details) }]
    return success ? [{ id, outcome: 'written' }] : []
  })
}
