import { timeText } from '@support-sync/shared/domain'
import { RECORD_JOB } from '@support-sync/shared/runs/gitlab'
import { type GitlabJob, hasEnded } from '@support-sync/shared/runs/handover'

/** The root pipeline's job that checks whether runs end. Every run has one. */
export const WATCH_JOB = 'watch'

/** Within this time, two hourly runs should end. */
const LATE_MS = 2 * 60 * 60_000

/** The run that is starting. */
export type Starting = { pipelineId: number; now: number }

/**
 * What a starting run reports, from the project's jobs: that the previous run has not ended, or that no run has ended
 * for two hours. Each is reported only once, because the jobs show what earlier starts have reported.
 */
export function overdueLines({ pipelineId, now }: Starting, jobs: readonly GitlabJob[]): string[] {
  const starts = jobs
    .filter(job => job.name === WATCH_JOB && job.pipelineId < pipelineId)
    .toSorted((one, other) => other.pipelineId - one.pipelineId)
  return [...overlap(pipelineId, starts), ...silence(now, starts, jobs)]
}

/** Nothing if the run before the previous one has not ended either: the previous run has then reported it. */
function overlap(pipelineId: number, starts: readonly GitlabJob[]): string[] {
  const [before, earlier] = starts.filter((job, index) => job.pipelineId !== starts[index - 1]?.pipelineId)
  if (!before || hasEnded(before.pipelineStatus)) return []
  if (earlier && !hasEnded(earlier.pipelineStatus)) return []
  return [`Run ${before.pipelineId} has not ended, and run ${pipelineId} waits for it.`]
}

function silence(now: number, starts: readonly GitlabJob[], jobs: readonly GitlabJob[]): string[] {
  const since = lastEnd(jobs) ?? oldestStart(starts)
  if (since === undefined || now - since <= LATE_MS) return []
  const wasReported = starts.some(
    ({ status, startedAt }) =>
      status === 'success' && startedAt !== null && Date.parse(startedAt) - since > LATE_MS,
  )
  return wasReported ? [] : [`No run has ended since ${timeText(new Date(since).toISOString())}.`]
}

/** When the last run ended. Every run ends with its record. */
function lastEnd(jobs: readonly GitlabJob[]): number | undefined {
  return timesOf(
    jobs.filter(({ name, status }) => name === RECORD_JOB && (status === 'success' || status === 'failed')),
    'finishedAt',
  ).at(-1)
}

function oldestStart(starts: readonly GitlabJob[]): number | undefined {
  return timesOf(starts, 'startedAt')[0]
}

/** Times of jobs, earliest first. */
function timesOf(jobs: readonly GitlabJob[], time: 'startedAt' | 'finishedAt'): number[] {
  return jobs
    .flatMap(job => (job[time] === null ? [] : [Date.parse(job[time])]))
    .sort((one, other) => one - other)
}
