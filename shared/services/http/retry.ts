import { clockAhead } from './clock.ts'
import type { Limits } from './context.ts'

/** The first wait after a 429 without headers. It doubles up to the maximum back-off: 5, 10, 20, 30, 30 seconds. */
const UNEXPLAINED_LIMIT_MS = 5_000

/**
 * Retry-After in milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3); null if neither. The date is by the
 * clock of the service, which may differ from ours.
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | null {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000
  // Only the form with a day name: Date.parse would also accept a stray number or word.
  if (!/^[A-Z][a-z]{2}/.test(value)) return null
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - now + (clockAhead(headers, now) ?? 0))
}

/**
 * How long to wait before the next attempt: as long as the service says, or else exponential back-off with full
 * jitter, so that clients that failed together do not retry together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). After a 429 without rate-limit headers
 * the waits are longer: five of them outlast a rate limit of one minute.
 */
export function waitMs(
  attempt: number,
  { retryAfter, isUnexplainedLimit = false }: { retryAfter: number | null; isUnexplainedLimit?: boolean },
  limits: Limits,
  random: () => number,
): number {
  const jitter = random() * limits.backoffBaseMs
  if (retryAfter !== null) return retryAfter + jitter
  if (isUnexplainedLimit)
    return Math.min(limits.backoffMaxMs, UNEXPLAINED_LIMIT_MS * 2 ** (attempt - 1)) + jitter
  return random() * Math.min(limits.backoffMaxMs, limits.backoffBaseMs * 2 ** (attempt - 1))
}
