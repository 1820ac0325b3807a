import { attemptOnce } from './attempt.ts'
import { type Answer, type Call, nameOf } from './call.ts'
import type { HttpContext } from './context.ts'
import { cancelled, unavailable } from './errors.ts'
import { waitMs } from './retry.ts'

/**
 * Sends a call and returns its complete answer: 2xx or a lasting refusal, with the whole body. All traffic with the
 * services goes through here. It retries transient failures with growing pauses, but only if the call is safe to
 * repeat or the service certainly did nothing.
 * Throws `UpstreamError` if there is no such answer (code CANCELLED if the run was cancelled meanwhile), and
 * `ExpectedError` for a redirect or an unencrypted address.
 * The environment's proxy settings apply if Node is started with NODE_USE_ENV_PROXY=1.
 */
export async function exchange(call: Call, context: HttpContext): Promise<Answer> {
  const { limits, logger, now, progress, random, sleep, stop, usage } = context
  let mayHaveActed = false
  if (stop.aborted.aborted) throw cancelled(call, { mayHaveActed })
  for (let attempt = 1; ; attempt++) {
    if (attempt > 1) usage.retries++
    const wasStopped = stop.cancelled.aborted
    const settle = await call.pace?.(call)
    if (stop.cancelled.aborted && !wasStopped) {
      settle?.(null)
      throw cancelled(call, { mayHaveActed })
    }
    const result = await attemptOnce(call, context, settle).finally(() => settle?.(null))
    progress({ kind: 'requests', requests: usage.requests })
    if ('answer' in result) return result.answer
    const { failure } = result
    mayHaveActed ||= failure.mayHaveActed
    if (stop.cancelled.aborted) throw cancelled(call, { mayHaveActed })
    const wait = waitMs(attempt, failure, limits, random)
    const mayRepeat = call.safeToRepeat || !failure.mayHaveActed
    const isTooLong = wait > limits.longestWaitMs
    if (!mayRepeat || attempt >= limits.attempts || isTooLong) {
      throw unavailable(call, attempt, failure, isTooLong ? null : wait)
    }
    const { service } = call
    const { reason, status } = failure
    logger.warn(
      { service, call: nameOf(call), attempt, reason, status, wait_ms: Math.round(wait) },
      'repeating a request',
    )
    const why = status === 429 ? 'rate-limit' : 'retry'
    progress({ kind: 'wait', why, service, until: now() + wait })
    await sleep(wait * limits.delayFactor)
    if (stop.cancelled.aborted) throw cancelled(call, { mayHaveActed })
  }
}
