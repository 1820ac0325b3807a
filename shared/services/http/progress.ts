/** The progress of a run, for display. No program decides by it. */
export type Progress =
  /** For example `organizations`: 300 of 5,000. `of` is null if the total is unknown. */
  | { kind: 'count'; what: string; done: number; of: number | null }
  | { kind: 'requests'; requests: number }
  /** It waits for `service` until this time, in milliseconds since 1970. */
  | { kind: 'wait'; why: WaitReason; service: string; until: number }

/** Until the next window of a rate limit, or until the next attempt after a failure. */
export type WaitReason = 'rate-limit' | 'retry'

/** Nobody can read faster updates. */
const MIN_INTERVAL_MS = 200

let lastSent = Number.NEGATIVE_INFINITY

/**
 * Sends progress to the parent process if it listens, as run-pipeline does on a terminal. Sends counts at most five
 * times a second, and every wait. A failure here never affects the run.
 */
export function reportProgress(progress: Progress): void {
  if (process.send === undefined || !process.connected) return
  const now = performance.now()
  if (progress.kind !== 'wait') {
    if (now - lastSent < MIN_INTERVAL_MS) return
    lastSent = now
  }
  process.send({ progress }, undefined, undefined, () => undefined)
}
