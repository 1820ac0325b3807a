import type { Limits } from './context.ts'

/** Retry-After in milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3); null if neither. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  const value = header.trim()
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000
  // Only the form with a day name: Date.parse would take a stray number or word for a date, too.
  if (!/^[A-Z][a-z]{2}/.test(value)) return null
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

/**
 * How long to wait before the next attempt. The neighbour's own word counts; otherwise exponential back-off
 * with full jitter, so that clients which failed together do not come back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function waitMs(
  attempt: number,
  retryAfter: number | null,
  limits: Limits,
  random: () => number,
): number {
  if (retryAfter !== null) return retryAfter + random() * limits.backoffBaseMs
  return random() * Math.min(limits.backoffMaxMs, limits.backoffBaseMs * 2 ** (attempt - 1))
}
