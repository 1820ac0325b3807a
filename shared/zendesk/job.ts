import { z } from 'zod'
import { RefusedTrouble, UpstreamTrouble } from '../http/index.ts'
import type { Client } from './client.ts'
import { faultOf, type Refusal } from './refusal.ts'
import { understand } from './schemas.ts'

/**
 * What became of one item. Besides Zendesk's own codes: RESULT_UNKNOWN (nobody can tell any more),
 * JOB_FAILED, JOB_KILLED, JOB_NOT_ENDED (it may still be written later), NOT_SENT.
 */
export type ItemResult = { id: number; outcome: 'written' } | ({ id: number; outcome: 'failed' } & Refusal)

const JOB_STATUS = z.object({
  // It becomes a part of the address that is asked.
  id: z.string().regex(/^[\w-]{1,100}$/),
  // queued, working, completed, failed or killed; whatever else is taken for not ended.
  status: z.string(),
  message: z.string().nullish(),
  // Null while a job is queued, and no array in some that failed.
  results: z.unknown().optional(),
})
export const JOB = z.object({ job_status: JOB_STATUS })
export type Job = z.infer<typeof JOB_STATUS>

/** Succeeded: `{ id, action, success, status }`. Failed: `{ index, error, id, details }`, without `success`. */
const RESULT = z.object({
  id: z.int().nullish(),
  index: z.int().nullish(),
  success: z.boolean().nullish(),
  error: z.unknown().optional(),
  details: z.unknown().optional(),
})

/** How a job ended. `lost`: its status could not be read to the end. */
export type JobEnd = {
  state: 'completed' | 'failed' | 'killed' | 'running' | 'lost'
  message: string
  results: Map<number, ItemResult>
}

/** A hundred items take Zendesk a few seconds. With 25 jobs at a time the longest pause stays far from the
 * smallest plan's 200 requests a minute. */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000

/**
 * Asks for a job's status until it has ended, its time is over, or the run is stopped. Never throws for
 * what Zendesk does: the job was accepted, and its items need an answer each.
 */
export async function followJob(client: Client, accepted: Job, ids: readonly number[]): Promise<JobEnd> {
  const { limits, now, sleep, stop } = client.context
  const deadline = now() + limits.jobDeadlineMs
  const results = new Map<number, ItemResult>()
  let job = accepted
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    // Results are kept as they come: Zendesk forgets a job after a while.
    for (const result of resultsOf(job, ids)) results.set(result.id, result)
    const { status, message } = job
    if (status === 'completed' || status === 'failed' || status === 'killed') {
      return { state: status, message: message ?? '', results }
    }
    if (now() >= deadline) return { state: 'running', message: '', results }
    // A job that is about to end may do so after the run was cancelled.
    await sleep(pause * limits.delayFactor, stop.now)
    if (stop.now.aborted) return { state: 'lost', message: '', results }
    const later = await statusOf(client, job.id)
    if (!later) return { state: 'lost', message: '', results }
    job = later
  }
}

/** Undefined when the status is gone or cannot be read, after `exchange` has done what it can. */
async function statusOf(client: Client, id: string): Promise<Job | undefined> {
  try {
    const { result } = await client.library.jobstatuses.show(id)
    return understand(JOB, result, client.neighbour, 'GET /job_statuses').job_status
  } catch (error) {
    if (!(error instanceof UpstreamTrouble) && !(error instanceof RefusedTrouble)) throw error
    client.context.logger.warn(
      { neighbour: client.neighbour, job: id, code: error.code },
      'A job can no longer be followed',
    )
    return undefined
  }
}

function resultsOf(job: Job, ids: readonly number[]): ItemResult[] {
  if (!Array.isArray(job.results)) return []
  return job.results.flatMap((raw): ItemResult[] => {
    const parsed = RESULT.safeParse(raw)
    if (!parsed.success) return []
    const { id: named, index, success, error, details } = parsed.data
    const id = ids.find(known => known === named) ?? ids[index ?? -1]
    if (id === undefined) return []
    const failed = Boolean(error) || success === false
    if (failed) return [{ id, outcome: 'failed', status: null, ...faultOf(error, details) }]
    return success ? [{ id, outcome: 'written' }] : []
  })
}
