import { RefusedError, UpstreamError } from '../http/index.ts'
import type { Client } from './client.ts'
import { type ItemResult, JOB, JOBS, type Job, type JobEnd, resultsOf } from './job.ts'
import { parseAnswer } from './schemas.ts'

/** Follows an accepted job to its end. Rejects only for a redirect or a bug. */
export type FollowJob = (accepted: Job, ids: readonly number[]) => Promise<JobEnd>

/** A hundred items take Zendesk a few seconds. The first job that ends gives a better estimate. */
const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 10_000
const MIN_PAUSE_MS = 100

type Followed = {
  ids: readonly number[]
  results: Map<number, ItemResult>
  submittedAt: number
  deadline: number
  /** When to ask for its status, and how long to wait before asking again, in milliseconds. */
  dueAt: number
  pause: number
  end: (state: JobEnd['state'], message?: string) => void
  fail: (error: unknown) => void
}

/**
 * Follows all jobs of one instance together. One request asks for all running jobs, as soon as the first of them has
 * probably ended, judging by recent jobs. A job ends as `lost` if its status cannot be read or the run stops, and as
 * `running` at its deadline. Every item gets a result in any case.
 */
export function followJobs(client: Client): FollowJob {
  const { limits, now, sleep, stop } = client.context
  const followed = new Map<string, Followed>()
  /** How long recent jobs took, on average. */
  let usualMs: number | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let wake = new AbortController()
  let isAsking = false

  async function askUntilAllEnded(): Promise<void> {
    isAsking = true
    try {
      while (followed.size > 0) {
        wake = new AbortController()
        const earliest = Math.min(...[...followed.values()].map(({ dueAt }) => dueAt))
        const due = Math.max(earliest, askedAt + Math.max(MIN_PAUSE_MS, (usualMs ?? 0) / 8))
        if (due > now()) await sleep((due - now()) * limits.delayFactor, wake.signal)
        if (!wake.signal.aborted) await ask([...followed.keys()])
      }
    } catch (error) {
      for (const { fail } of followed.values()) fail(error)
    }
    isAsking = false
  }

  async function ask(ids: readonly string[]): Promise<void> {
    const jobs = await statusesOf(client, ids)
    askedAt = now()
    for (const id of ids) {
      const job = jobs?.find(found => found.id === id)
      if (job) take(job)
      // The answer lacks this job: ask for it alone, to get the job or the reason.
      else if (jobs && ids.length > 1) await ask([id])
      else followed.get(id)?.end('lost')
    }
  }

  /** Keeps results as they come: Zendesk forgets a job after a while. */
  function take(job: Job): void {
    const known = followed.get(job.id)
    if (!known) return
    for (const result of resultsOf(job, known.ids)) known.results.set(result.id, result)
    const { status, message } = job
    if (status === 'completed' || status === 'failed' || status === 'killed') {
      const took = now() - known.submittedAt
      usualMs = usualMs === undefined ? took : usualMs + (took - usualMs) / 4
      known.end(status, message ?? '')
    } else if (now() >= known.deadline) known.end('running')
    else if (now() >= known.dueAt) {
      known.dueAt = now() + known.pause
      known.pause = Math.min(known.pause * 1.5, MAX_PAUSE_MS)
    }
  }

  return (accepted, ids) =>
    new Promise((resolve, reject) => {
      const submittedAt = now()
      const results = new Map<number, ItemResult>()
      // A job may still end after the run was cancelled: give up only when the run is aborted.
      const giveUp = () => end('lost')
      function end(state: JobEnd['state'], message = ''): void {
        followed.delete(accepted.id)
        stop.aborted.removeEventListener('abort', giveUp)
        resolve({ state, message, results })
      }
      function fail(error: unknown): void {
        followed.delete(accepted.id)
        stop.aborted.removeEventListener('abort', giveUp)
        reject(error)
      }
      const first = Math.min(usualMs === undefined ? FIRST_PAUSE_MS : usualMs * 0.9, MAX_PAUSE_MS)
      followed.set(accepted.id, {
        ids,
        results,
        submittedAt,
        deadline: submittedAt + limits.jobDeadlineMs,
        dueAt: submittedAt + first,
        pause: usualMs === undefined ? FIRST_PAUSE_MS * 1.5 : Math.max(MIN_PAUSE_MS, usualMs / 8),
        end,
        fail,
      })
      stop.aborted.addEventListener('abort', giveUp)
      take(accepted)
      if (stop.aborted.aborted) giveUp()
      // Wake the loop: it may be waiting for a job that is due later.
      wake.abort()
      if (!isAsking) void askUntilAllEnded()
    })
}

/** The jobs that Zendesk still shows; undefined if they cannot be read, after all retries. */
async function statusesOf(client: Client, ids: readonly string[]): Promise<Job[] | undefined> {
  const [only = ''] = ids
  try {
    // A single job has its own address, whose answer says why it is missing.
    if (ids.length === 1) {
      const answer = await client.request('GET', ['job_statuses', only])
      return [parseAnswer(JOB, answer, client.service, 'GET /job_statuses').job_status]
    }
    const answer = await client.request('GET', ['job_statuses', 'show_many', { ids: ids.join(',') }])
    return parseAnswer(JOBS, answer, client.service, 'GET /job_statuses/show_many').job_statuses
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof RefusedError)) throw error
    client.context.logger.warn(
      { service: client.service, jobs: ids, code: error.code },
      'cannot read the status of these jobs any more',
    )
    return undefined
  }
}
