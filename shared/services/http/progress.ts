/** How far something has come, for a person who watches. Nothing is decided by it. */
export type Progress =
  /** Of what, how many of how many; `of` is null where nobody knows. */
  | { kind: 'count'; what: string; done: number; of: number | null }
  | { kind: 'requests'; requests: number }
  /** Until when it waits (milliseconds since 1970), for which service, and why. */
  | { kind: 'wait'; why: WaitReason; service: string; until: number }

/** A rate limit's next window, or a failed request's next attempt. */
export type WaitReason = 'rate-limit' | 'retry'

/** More often nobody can read. */
const MIN_INTERVAL_MS = 200

let lastSent = Number.NEGATIVE_INFINITY

/**
 * Tells the process that started this one, where that listens: run-pipeline does, on a terminal. Counts are sent some
 * times a second, waits always. Nothing that goes wrong here reaches the run.
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
