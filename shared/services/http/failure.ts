import type { Judgement } from './call.ts'
import type { HttpContext } from './context.ts'
import { retryAfterMs } from './retry.ts'

/** Why an attempt gave no usable answer, and what that means for a retry. */
export type Failure = {
  reason: string
  status: number | null
  /** False if the service certainly did nothing. Then even a create may be sent again. */
  mayHaveActed: boolean
  retryAfter: number | null
  /** A 429 without a header about the time or the limit. */
  isUnexplainedLimit?: boolean
  /** What to do if it keeps failing, according to the service's error code. */
  hint?: string
  cause?: unknown
}

/** The request was never sent: nothing listens at the address, or no route leads to it. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** Transient statuses. Zendesk answers 409 to two writes at once; 425 and 408 mean "not yet". */
const TRANSIENT = new Set([408, 409, 425, 429])
/** The service answers these before it does anything. The same is true of a 503 with Retry-After. */
const NOT_ACTED = new Set([408, 425, 429])

/** The failure that a status means; null for a usable answer: 2xx, or a lasting 4xx. */
export function failureByStatus(response: Response, context: HttpContext): Failure | null {
  const { status } = response
  if (status < 500 && !TRANSIENT.has(status)) return null
  const retryAfter = retryAfterMs(response.headers, context.now())
  const notActed = NOT_ACTED.has(status) || (status === 503 && retryAfter !== null)
  const isUnexplainedLimit = status === 429 && retryAfter === null && !namesLimit(response.headers)
  return { reason: `status ${status}`, status, mayHaveActed: !notActed, retryAfter, isUnexplainedLimit }
}

/** The failure that a service's error code means; null for a usable answer: a lasting refusal. */
export function failureByCode(
  { isTransient, code, hint }: Judgement,
  response: Response,
  context: HttpContext,
): Failure | null {
  if (!isTransient) return null
  const { status } = response
  return {
    reason: `${code}, status ${status}`,
    status,
    mayHaveActed: failureByStatus(response, context)?.mayHaveActed ?? false,
    retryAfter: retryAfterMs(response.headers, context.now()),
    ...(hint === undefined ? {} : { hint }),
  }
}

/** Whether an answer has a rate-limit header: X-Rate-Limit, ratelimit-remaining, zendesk-ratelimit-tickets-index. */
function namesLimit(headers: Headers): boolean {
  return [...headers.keys()].some(name => /rate-?limit/.test(name))
}

/**
 * Whether an error comes from the network. undici throws TypeError with a cause for any network failure, TimeoutError
 * at our deadline, and AbortError when the run stops.
 */
export function isNetworkError(error: unknown): error is Error {
  if (error instanceof TypeError) return error.cause !== undefined
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
}

/** The failure behind a network error. `status` is the answer's, if its headers had arrived. */
export function failureByError(error: Error, status: number | null, context: HttpContext): Failure {
  const code = codeOf(error.cause)
  const reason =
    error.name === 'TimeoutError'
      ? `no complete answer within ${context.limits.timeoutMs} ms`
      : `${status === null ? 'the connection failed' : 'the answer was cut short'}${code && ` (${code})`}`
  // Even an incomplete 4xx answer means that nothing was done.
  const mayHaveActed = status === null ? !NEVER_SENT.has(code) : status < 400
  return { reason, status, mayHaveActed, retryAfter: null, cause: error }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}
