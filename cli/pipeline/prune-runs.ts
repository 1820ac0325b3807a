import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { STAGES } from '@support-sync/shared/pipeline'
import { fetchedAt, fetchedRuns, pipelineRuns, RUN_RECORD } from '@support-sync/shared/runs/find'
import { readRunRecord } from '@support-sync/shared/runs/record'
import { takeLock } from '@support-sync/shared/runtime/lock'

/** Two days of hourly runs: the length of the run record's history. */
export const RUNS_KEPT = 48
export const DAYS_KEPT = 30
const DAY_MS = 24 * 3600 * 1000

/**
 * Removes runs beyond the newest 48, and runs that ended more than 30 days ago. Always keeps the newest run,
 * those that this run uses, those that have not ended (no run record, or another process works in them), and those with
 * a journal, which has the writes of an interrupted sync. Removes runs from GitLab 30 days after their fetch. Returns how
 * many runs it removed.
 */
export function pruneRuns(runsDir: string, used: readonly string[], now: Date): number {
  const newestFirst = pipelineRuns(runsDir).toReversed()
  const keep = new Set(used.map(dir => resolve(dir)))
  const old = newestFirst.filter((dir, place) => {
    if (place === 0 || keep.has(resolve(dir))) return false
    const endedAt = endOf(dir)
    if (endedAt === undefined || hasJournal(dir)) return false
    return place >= RUNS_KEPT || now.getTime() - endedAt > DAYS_KEPT * DAY_MS
  })
  return old.filter(dir => removed(dir, now)).length + pruneFetched(runsDir, used, now)
}

/** Removes runs that were fetched from GitLab more than 30 days ago, except those `used`. Returns how many. */
export function pruneFetched(runsDir: string, used: readonly string[], now: Date): number {
  const keep = new Set(used.map(dir => resolve(dir)))
  return fetchedRuns(runsDir)
    .filter(dir => !keep.has(resolve(dir)) && now.getTime() - fetchedAt(dir) > DAYS_KEPT * DAY_MS)
    .filter(dir => removed(dir, now)).length
}

function endOf(dir: string): number | undefined {
  const path = join(dir, RUN_RECORD)
  const record = existsSync(path) ? readRunRecord(readFileSync(path)) : undefined
  return record && Date.parse(record.ended_at)
}

/** Whether a run has a journal, of its own plan or of another. */
function hasJournal(dir: string): boolean {
  return STAGES.some(({ stage }) => {
    const own = join(dir, stage)
    return existsSync(own) && readdirSync(own).some(name => name.endsWith('.jsonl'))
  })
}

function removed(dir: string, now: Date): boolean {
  try {
    takeLock(`the run ${dir}`, join(dir, '.run.lock'), now).release()
    rmSync(dir, { recursive: true })
    return true
  } catch {
    // Another process uses or removes it. The next run tries again.
    return false
  }
}
