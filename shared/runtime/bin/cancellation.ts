import type { Stop } from '../../services/http/index.ts'

/**
 * A cancelled job may be killed a few seconds after it was told so: 10 by most runners' default, and we promise 5.
 * A write in flight is given three of them to be answered; the rest is for the results and the summary.
 */
const GRACE_MS = 3_000
/** When something will not end though it was given up. The journal stands on disk all the same. */
const LAST_MS = 4_500

/**
 * Listens for the signals that cancel a job. A bin that only reads gives up at once, one that writes ends the
 * write in flight first. A second signal ends the process on the spot; `end` does where the run will not.
 */
export function listenForCancel({ writes }: { writes: boolean }, end: () => void): Stop {
  const cancelled = new AbortController()
  const aborted = new AbortController()
  const cancel = () => {
    cancelled.abort()
    if (!writes) aborted.abort()
    // Neither timer keeps a run waiting that has ended.
    else setTimeout(() => aborted.abort(), GRACE_MS).unref()
    setTimeout(end, LAST_MS).unref()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, cancel)
  return { cancelled: cancelled.signal, aborted: aborted.signal }
}
