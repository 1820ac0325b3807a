import { RECORD_JOB } from '@support-sync/shared/runs/gitlab'
import { type GitlabJob, hasEnded } from '@support-sync/shared/runs/handover'

/** The root's own job, which looks whether runs end: each run has one, whatever becomes of it. */
export const WATCH_JOB = 'watch'

/** Two runs that should have ended meanwhile. */
const LATE_MS = 2 * 60 * 60_000

/** A run that starts. */
export type Starting = { pipelineId: number; now: number }

/**
 * What is to be said when a run starts, of the project's jobs: that the run before has not ended, or that none has
 * ended for two hours. Each once: what the start of an earlier run has said is not said again, and what it said
 * follows from the jobs, too.
 */
export function overdueNews({ pipelineId, now }: Starting, jobs: readonly GitlabJob[]): string[] {
  const starts = jobs
    .filter(job => job.name === WATCH_JOB && job.pipelineId < pipelineId)
    .toSorted((one, other) => other.pipelineId - one.pipelineId)
  return [...overlap(pipelineId, starts), ...silence(now, starts, jobs)]
}

/** The run before says it of the one before that. */
function overlap(pipelineId: number, starts: readonly GitlabJob[]): string[] {
  const [before, earlier] = starts.filter((job, index) => job.pipelineId !== starts[index - 1]?.pipelineId)
  if (!before || hasEnded(before.pipelineStatus)) return []
  if (earlier && !hasEnded(earlier.pipelineStatus)) return []
  return [`Run ${before.pipelineId} has not ended, and run ${pipelineId} waits for it.`]
}

function silence(now: number, starts: readonly GitlabJob[], jobs: readonly GitlabJob[]): string[] {
  const since = lastEnd(jobs) ?? oldestStart(starts)
  if (since === undefined || now - since <= LATE_MS) return []
  const wasSaid = starts.some(
    ({ status, startedAt }) =>
      status === 'success' && startedAt !== null && Date.parse(startedAt) - since > LATE_MS,
  )
  return wasSaid ? [] : [`No run has ended since ${new Date(since).toISOString().slice(0, 16)}Z.`]
}

/** A run ends with its record, whatever became of its stages. */
function lastEnd(jobs: readonly GitlabJob[]): number | undefined {
  return timesOf(
    jobs.filter(({ name, status }) => name === RECORD_JOB && (status === 'success' || status === 'failed')),
    'finishedAt',
  ).at(-1)
}

function oldestStart(starts: readonly GitlabJob[]): number | undefined {
  return timesOf(starts, 'startedAt')[0]
}

/** Times of jobs, the earliest first. */
function timesOf(jobs: readonly GitlabJob[], time: 'startedAt' | 'finishedAt'): number[] {
  return jobs
    .flatMap(job => (job[time] === null ? [] : [Date.parse(job[time])]))
    .sort((one, other) => one - other)
}
