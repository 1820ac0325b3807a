import { isCancelled, RefusedError, UpstreamError } from '../../services/http/index.ts'
import type { Refusal } from '../../services/zendesk/index.ts'

/** Zendesk failed at a request or refused it. A request for another record may work. */
export type RequestFailure = UpstreamError | RefusedError

/** The statuses with which Zendesk refuses a request because of its record, such as a search for an odd email address. */
const RECORD_STATUSES = [400, 413, 422]

export type WriteKind = 'creates' | 'updates' | 'marks'

/** Watches this run's writes: a bad record must not stop others, and an outage must not look like many bad records. */
export type Upstream = {
  /** A write worked. */
  answered: () => void
  /** Records were read: Zendesk is available, but its writes may fail. */
  shown: () => void
  /** Zendesk failed at a request in all attempts, and at this many requests in a row. */
  failed: (kind: WriteKind, problem: RequestFailure, inARow: number) => void
  /** Whether the rest of a kind must wait until the other kinds have been tried. */
  isSetAside: (kind: WriteKind) => boolean
  /** Begins the last round, which tries again what was set aside. */
  beginLastRound: () => void
  /** The error that ends the run, if this is an outage and not a bad record. */
  outage: () => RequestFailure | undefined
}

const IN_A_ROW = 3

export function watchUpstream(): Upstream {
  const setAside = new Set<WriteKind>()
  let failures = 0
  let isAnyAnswered = false
  let isAnsweredSinceThird = false
  let isLastRound = false
  let last: RequestFailure | undefined
  /** The outage that ended the last round. A later success does not end it, because records were left. */
  let lasting: RequestFailure | undefined

  function outage(): RequestFailure | undefined {
    const isLasting = failures >= IN_A_ROW && !isAnsweredSinceThird
    // Zendesk has answered no request, so no record is the cause.
    const isUnreachable = !isAnyAnswered && last?.status === null
    return lasting ?? (isLasting || isUnreachable ? last : undefined)
  }

  return {
    answered() {
      isAnyAnswered = true
      if (failures >= IN_A_ROW) isAnsweredSinceThird = true
    },
    shown() {
      isAnyAnswered = true
    },
    failed(kind, problem, inARow) {
      failures += 1
      last = problem
      // Nothing is tried again after the last round, so only an outage ends a kind there.
      if (inARow < IN_A_ROW || (isLastRound && !outage())) return
      if (isLastRound) lasting = outage()
      setAside.add(kind)
    },
    isSetAside: kind => setAside.has(kind),
    beginLastRound() {
      isLastRound = true
      setAside.clear()
    },
    outage,
  }
}

/** Whether Zendesk failed at a request: not at the login, and not because the run was cancelled. */
export function isRequestFailure(error: unknown): error is RequestFailure {
  if (error instanceof RefusedError) return RECORD_STATUSES.includes(error.status)
  return error instanceof UpstreamError && !error.ofLogin && !isCancelled(error)
}

/** The refusal of a record for such a failure. */
export function upstreamRefusal({ status, message }: RequestFailure): Refusal {
  return { status, code: 'UPSTREAM_REFUSED', message }
}
