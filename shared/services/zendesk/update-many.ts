import { isCancelled, UpstreamError } from '../http/index.ts'
import type { Client } from './client.ts'
import type { FollowJob } from './follow-jobs.ts'
import { type ItemResult, JOB, type Job, type JobEnd } from './job.ts'
import { type Refusal, refusalOrThrow } from './refusal.ts'
import { parseAnswer } from './schemas.ts'
import { stopped } from './stopped.ts'

/** Zendesk's limit for one Update Many. */
export const MAX_ITEMS = 100

/**
 * Updates up to 100 records through Update Many and follows the job to its end. Returns one result for each item,
 * in order. An item counts as written only if its own result says so. Once the run is cancelled, it sends nothing:
 * every item fails with NOT_SENT.
 * Throws `UpstreamError` if Zendesk is unavailable and did not accept the job, `RefusedError` for refused credentials.
 * Once a job is accepted, it throws only for a redirect or a bug, like `FollowJob`.
 */
export async function updateMany<Item extends { id: number }>(
  client: Client,
  follow: FollowJob,
  resource: 'organizations' | 'users',
  items: readonly Item[],
): Promise<ItemResult[]> {
  if (items.length > MAX_ITEMS) throw new RangeError(`${items.length} items; Update Many takes ${MAX_ITEMS}`)
  const all = (refusal: Refusal) => items.map(({ id }): ItemResult => ({ id, outcome: 'failed', ...refusal }))
  if (items.length === 0) return []

  let job: Job | null
  try {
    job = await submit(client, resource, items)
  } catch (error) {
    return all(isCancelled(error) ? stopped(error) : refusalOrThrow(error))
  }
  if (job === null) return all(stopped({ mayHaveActed: false }))
  const ids = items.map(({ id }) => id)
  const end = await follow(job, ids)
  return ids.map(id => end.results.get(id) ?? { id, outcome: 'failed', ...withoutResult(end) })
}

/**
 * Submits a job. Any 429 here means "wait": besides the rate limit, the account may have about 30 jobs at a time,
 * including those of other programs (https://developer.zendesk.com/api-reference/introduction/rate-limits/). Returns null
 * if the run was cancelled before a submission.
 */
async function submit(client: Client, resource: string, items: readonly object[]): Promise<Job | null> {
  const { limits, now, progress, sleep, stop } = client.context
  const deadline = now() + limits.jobDeadlineMs
  while (!stop.cancelled.aborted) {
    try {
      // The library's own updateMany() for organizations takes an array but sends an empty body.
      const answer = await client.request('PUT', [resource, 'update_many'], { [resource]: items })
      return parseAnswer(JOB, answer, client.service, `PUT /${resource}/update_many`).job_status
    } catch (error) {
      const wait = error instanceof UpstreamError && error.status === 429 ? error.waitMs : null
      if (wait === null || now() >= deadline) throw error
      progress({ kind: 'wait', why: 'rate-limit', service: client.service, until: now() + wait })
      await sleep(wait * limits.delayFactor)
    }
  }
  return null
}

function withoutResult({ state, message }: JobEnd): Refusal {
  switch (state) {
    case 'failed':
      return { status: null, code: 'JOB_FAILED', message: message || 'the job failed' }
    case 'killed':
      return { status: null, code: 'JOB_KILLED', message: message || 'the job was killed' }
    case 'running':
      return { status: null, code: 'JOB_NOT_ENDED', message: 'the job did not end in time' }
    default:
      return {
        status: null,
        code: 'RESULT_UNKNOWN',
        message: 'there is no result for this record',
      }
  }
}
