import { badInput } from '../../runtime/errors/index.ts'
import type { Call } from './call.ts'

/** No network delays an answer this long. A larger difference means that a clock is wrong. */
const MAX_MINUTES_APART = 10

/** How far this machine's clock is ahead of an answer's Date, in milliseconds; null if the answer has none. */
export function clockAhead(headers: Pick<Headers, 'get'>, now: number): number | null {
  const at = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(at)) return null
  // A cache keeps an answer's Date and adds its age (RFC 9111, 5.1).
  const age = Number(headers.get('age') ?? 0)
  return now - at - (Number.isFinite(age) ? age * 1000 : 0)
}

/**
 * Checks that this machine's clock agrees with an answer's. The clock decides what has expired.
 * Throws `ExpectedError` CLOCK_OFF, with both times, if they are more than 10 minutes apart.
 */
export function refuseWrongClock(call: Call, headers: Headers, now: number): void {
  const ahead = clockAhead(headers, now)
  if (ahead === null || Math.abs(ahead) <= MAX_MINUTES_APART * 60_000) return
  throw badInput('CLOCK_OFF', {
    message: `this machine's clock says ${timeText(now)}, and ${call.service} says ${timeText(now - ahead)}`,
    next: `Set this machine's clock (${apartText(ahead)}): it decides what has expired. Nothing was written.`,
  })
}

/** How far this machine's clock is off, such as `5 minutes behind`. */
export function apartText(ahead: number): string {
  const minutes = Math.round(Math.abs(ahead) / 60_000)
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ${ahead > 0 ? 'ahead' : 'behind'}`
}

function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}
