import { RefusedError, UpstreamError } from '../http/index.ts'
import type { Client } from './client.ts'
import { type ItemResult, JOB, JOBS, type Job, type JobEnd, resultsOf } from './job.ts'
import { understand } from './schemas.ts'

/** Follows an accepted job of some items to its end. Rejects for a redirect or a bug, for nothing else. */
export type FollowJob = (accepted: Job, ids: readonly number[]) => Promise<JobEnd>

/** A hundred items take Zendesk a few seconds; nobody knows better before the first job has ended. */
const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 10_000
const SHORTEST_PAUSE_MS = 100

type Followed = {
  ids: readonly number[]
  results: Map<number, ItemResult>
  submittedAt: number
  deadline: number
  /** When its status is worth asking for, and how much later again. */
  dueAt: number
  pause: number
  end: (state: JobEnd['state'], message?: string) => void
  fail: (error: unknown) => void
}

/**
 * Follows all jobs of one instance together: one request asks for all that are under way, when the first of them
 * can be expected to have ended, going by how long the last ones took. A job ends as `lost` when its status cannot
 * be read or the run is stopped, as `running` when its time is over: its items need an answer each.
 */
export function followJobs(client: Client): FollowJob {
  const { limits, now, sleep, stop } = client.context
  const followed = new Map<string, Followed>()
  /** How long a job takes, of late. */
  let usual: number | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let wake = new AbortController()
  let isAsking = false

  async function askUntilAllEnded(): Promise<void> {
    isAsking = true
    try {
      while (followed.size > 0) {
        wake = new AbortController()
        const earliest = Math.min(...[...followed.values()].map(({ dueAt }) => dueAt))
        const due = Math.max(earliest, askedAt + Math.max(SHORTEST_PAUSE_MS, (usual ?? 0) / 8))
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
      // Not among those shown: alone it is refused with the reason, or shown after all.
      else if (jobs && ids.length > 1) await ask([id])
      else followed.get(id)?.end('lost')
    }
  }

  /** Results are kept as they come: Zendesk forgets a job after a while. */
  function take(job: Job): void {
    const known = followed.get(job.id)
    if (!known) return
    for (const result of resultsOf(job, known.ids)) known.results.set(result.id, result)
    const { status, message } = job
    if (status === 'completed' || status === 'failed' || status === 'killed') {
      const took = now() - known.submittedAt
      usual = usual === undefined ? took : usual + (took - usual) / 4
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
      // A job that is about to end may do so after the run was cancelled: only `now` gives it up.
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
      const first = Math.min(usual === undefined ? FIRST_PAUSE_MS : usual * 0.9, MAX_PAUSE_MS)
      followed.set(accepted.id, {
        ids,
        results,
        submittedAt,
        deadline: submittedAt + limits.jobDeadlineMs,
        dueAt: submittedAt + first,
        pause: usual === undefined ? FIRST_PAUSE_MS * 1.5 : Math.max(SHORTEST_PAUSE_MS, usual / 8),
        end,
        fail,
      })
      stop.aborted.addEventListener('abort', giveUp)
      take(accepted)
      if (stop.aborted.aborted) giveUp()
      // Whoever sleeps until a later job is due must look again.
      wake.abort()
      if (!isAsking) void askUntilAllEnded()
    })
}

/** What Zendesk still shows of some jobs; undefined when it cannot be read, after `exchange` has done what it can. */
async function statusesOf(client: Client, ids: readonly string[]): Promise<Job[] | undefined> {
  const [only = ''] = ids
  try {
    // A job alone is asked for by its own address, where the answer says why there is none.
    if (ids.length === 1) {
      const answer = await client.request('GET', ['job_statuses', only])
      return [understand(JOB, answer, client.service, 'GET /job_statuses').job_status]
    }
    const answer = await client.request('GET', ['job_statuses', 'show_many', { ids: ids.join(',') }])
    return understand(JOBS, answer, client.service, 'GET /job_statuses/show_many').job_statuses
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof RefusedError)) throw error
    client.context.logger.warn(
      { service: client.service, jobs: ids, code: error.code },
      'Jobs can no longer be followed',
    )
    return undefined
  }
}
