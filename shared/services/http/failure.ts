import type { Verdict } from './call.ts'
import type { HttpContext } from './context.ts'
import { retryAfterMs } from './retry.ts'

/** Why an attempt gave no answer to go on with, and what that tells of whether it may be sent again. */
export type Failure = {
  reason: string
  status: number | null
  /** False when the service certainly did nothing, so that even a create may be sent again. */
  mayHaveActed: boolean
  retryAfter: number | null
  /** A 429 without a header that says when, or which limit. */
  isUnexplainedLimit?: boolean
  /** What to do if it goes on failing, where the service's error code says. */
  hint?: string
  cause?: unknown
}

/** Nothing was listening, or there was no way there: the request never left. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** Worth another attempt; 409 is Zendesk's answer to two writes at once, 425 and 408 say "not yet". */
const PASSING = new Set([408, 409, 425, 429])
/** Sent back before anything was done. So is a 503 that names a time to come back. */
const NOT_ACTED = new Set([408, 425, 429])

/** The failure that a status stands for; null for an answer to go on with: 2xx, or a lasting 4xx. */
export function failureByStatus(response: Response, context: HttpContext): Failure | null {
  const { status } = response
  if (status < 500 && !PASSING.has(status)) return null
  const retryAfter = retryAfterMs(response.headers.get('retry-after'), context.now())
  const notActed = NOT_ACTED.has(status) || (status === 503 && retryAfter !== null)
  const isUnexplainedLimit = status === 429 && retryAfter === null && !namesLimit(response.headers)
  return { reason: `status ${status}`, status, mayHaveActed: !notActed, retryAfter, isUnexplainedLimit }
}

/** The failure that a service's error code stands for; null for an answer to go on with: its failure lasts. */
export function failureByCode(
  { passes, code, hint }: Verdict,
  response: Response,
  context: HttpContext,
): Failure | null {
  if (!passes) return null
  const { status } = response
  return {
    reason: `${code}, status ${status}`,
    status,
    mayHaveActed: failureByStatus(response, context)?.mayHaveActed ?? false,
    retryAfter: retryAfterMs(response.headers.get('retry-after'), context.now()),
    ...(hint === undefined ? {} : { hint }),
  }
}

/** Whether an answer has a header of a rate limit: X-Rate-Limit, ratelimit-remaining, zendesk-ratelimit-tickets-index. */
function namesLimit(headers: Headers): boolean {
  return [...headers.keys()].some(name => /rate-?limit/.test(name))
}

/**
 * undici raises TypeError with a cause for whatever goes wrong on the way, TimeoutError at our deadline, and
 * AbortError when the run is stopped.
 */
export function isNetworkError(error: unknown): error is Error {
  if (error instanceof TypeError) return error.cause !== undefined
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
}

/** The failure behind a network error. `status` is the answer's, where its headers had come. */
export function failureByError(error: Error, status: number | null, context: HttpContext): Failure {
  const code = codeOf(error.cause)
  const reason =
    error.name === 'TimeoutError'
      ? `no complete answer within ${context.limits.timeoutMs} ms`
      : `${status === null ? 'the connection failed' : 'the answer was cut short'}${code && ` (${code})`}`
  // A cut answer of 4xx still says that nothing was done.
  const mayHaveActed = status === null ? !NEVER_SENT.has(code) : status < 400
  return { reason, status, mayHaveActed, retryAfter: null, cause: error }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}
