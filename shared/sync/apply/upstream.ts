import { isCancelled, RefusedError, UpstreamError } from '../../services/http/index.ts'
import type { Refusal } from '../../services/zendesk/index.ts'

/** Zendesk failed at one request, or would not read it: another record's may go through. */
export type FailureAt = UpstreamError | RefusedError

/** Zendesk will not have what was asked about a record, such as a search for an odd address. */
const OF_THE_RECORD = [400, 413, 422]

export type WriteKind = 'creates' | 'updates' | 'marks'

/** How Zendesk takes this run's writes: one bad record must stop nobody, and an outage must not look like many. */
export type Upstream = {
  /** A write went through. */
  answered: (kind: WriteKind) => void
  /** Records were shown: Zendesk is there, which says nothing about its writes. */
  shown: (kind: WriteKind) => void
  /** Zendesk kept failing at one, after all repetitions. */
  failed: (kind: WriteKind, problem: FailureAt) => void
  /** Whether the rest of a kind waits until the other kinds were tried. */
  isSetAside: (kind: WriteKind) => boolean
  /** Begins the last round: what was set aside is tried once more. */
  tryOnceMore: () => void
  /** What ends the run, if it is not one bad record but an outage. */
  outage: () => FailureAt | undefined
}

const IN_A_ROW = 3

export function watchUpstream(): Upstream {
  const inARow = new Map<WriteKind, number>()
  const setAside = new Set<WriteKind>()
  let failures = 0
  let isAnyAnswered = false
  let isAnsweredSinceThird = false
  let isLastRound = false
  let last: FailureAt | undefined

  function outage(): FailureAt | undefined {
    const isLasting = failures >= IN_A_ROW && !isAnsweredSinceThird
    // Nobody is there at all: that is no record's fault.
    const isUnreachable = !isAnyAnswered && last?.status === null
    return isLasting || isUnreachable ? last : undefined
  }

  return {
    answered(kind) {
      inARow.set(kind, 0)
      isAnyAnswered = true
      if (failures >= IN_A_ROW) isAnsweredSinceThird = true
    },
    shown(kind) {
      inARow.set(kind, 0)
      isAnyAnswered = true
    },
    failed(kind, problem) {
      failures += 1
      last = problem
      const row = (inARow.get(kind) ?? 0) + 1
      inARow.set(kind, row)
      // Once more is once: each failure may have taken minutes.
      const isEnough = isLastRound ? outage() !== undefined : row >= IN_A_ROW
      if (isEnough) setAside.add(kind)
    },
    isSetAside: kind => setAside.has(kind),
    tryOnceMore() {
      isLastRound = true
      setAside.clear()
      inARow.clear()
    },
    outage,
  }
}

/** Whether Zendesk failed at what it was asked, rather than at the login, refuse us or be stopped by us. */
export function isFailureAt(error: unknown): error is FailureAt {
  if (error instanceof RefusedError) return OF_THE_RECORD.includes(error.status)
  return error instanceof UpstreamError && !error.ofLogin && !isCancelled(error)
}

/** What a record is told of such a failure. */
export function upstreamRefusal({ status, message }: FailureAt): Refusal {
  return { status, code: 'UPSTREAM_REFUSED', message }
}
