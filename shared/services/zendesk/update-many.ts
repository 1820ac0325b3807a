import { isCancelled, UpstreamError } from '../http/index.ts'
import type { Client } from './client.ts'
import type { FollowJob } from './follow-jobs.ts'
import { type ItemResult, JOB, type Job, type JobEnd } from './job.ts'
import { type Refusal, refusalOrThrow } from './refusal.ts'
import { understand } from './schemas.ts'
import { stopped } from './stopped.ts'

/** Zendesk's limit for one Update Many. */
export const MAX_ITEMS = 100

/**
 * Updates up to 100 records through Update Many and follows the job to its end. Gives one result for each
 * item, in the items' order. An item counts as written only when its own result says so. Once the run is stopped
 * nothing is sent any more: every item is failed as NOT_SENT.
 * Throws `UpstreamError` when the job was not accepted because Zendesk is unavailable, `RefusedError` for
 * refused credentials. Once a job is accepted it throws as `FollowJob` rejects, for a redirect or a bug alone.
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
  if (client.context.stop.cancelled.aborted) return all(stopped({ mayHaveActed: false }))

  let job: Job
  try {
    job = await submit(client, resource, items)
  } catch (error) {
    return all(isCancelled(error) ? stopped(error) : refusalOrThrow(error))
  }
  const ids = items.map(({ id }) => id)
  const end = await follow(job, ids)
  return ids.map(id => end.results.get(id) ?? { id, outcome: 'failed', ...withoutResult(end) })
}

/**
 * Any 429 on a submission means "wait": beside the rate limit there is one of about 30 jobs at a time, which
 * others' jobs count towards, too (https://developer.zendesk.com/api-reference/introduction/rate-limits/).
 */
async function submit(client: Client, resource: string, items: readonly object[]): Promise<Job> {
  const { limits, now } = client.context
  const deadline = now() + limits.jobDeadlineMs
  for (;;) {
    try {
      // The library's own updateMany() for organizations asks for an array and then sends an empty body.
      const answer = await client.request('PUT', [resource, 'update_many'], { [resource]: items })
      return understand(JOB, answer, client.service, `PUT /${resource}/update_many`).job_status
    } catch (error) {
      const busy = error instanceof UpstreamError && error.status === 429
      if (!busy || now() >= deadline) throw error
    }
  }
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
      return { status: null, code: 'RESULT_UNKNOWN', message: 'the job ended without a result for this' }
  }
}
