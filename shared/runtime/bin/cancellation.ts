import type { Stop } from '../../services/http/index.ts'

/**
 * Most runners kill a cancelled job after 10 seconds. A bin ends within 5 seconds: 3 for a running write, the rest for
 * the results and the summary.
 */
const GRACE_MS = 3_000
/** The process ends after this time, even if an operation has not finished. The journal is already on disk. */
const LAST_MS = 4_500

/**
 * Listens for the signals that cancel a job. A bin that only reads stops at once; one that writes finishes its running
 * write first. A second signal ends the process at once. If the run does not stop in time, this calls `end`.
 */
export function listenForCancel({ writes }: { writes: boolean }, end: () => void): Stop {
  const cancelled = new AbortController()
  const aborted = new AbortController()
  const cancel = () => {
    cancelled.abort()
    if (!writes) aborted.abort()
    // The timers do not keep a finished process alive.
    else setTimeout(() => aborted.abort(), GRACE_MS).unref()
    setTimeout(end, LAST_MS).unref()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, cancel)
  return { cancelled: cancelled.signal, aborted: aborted.signal }
}
