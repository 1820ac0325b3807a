/** Every request to a service: time-outs, retries, masking, and errors that name the failed call. */
export { isLoopback, isSafeAddress } from './address.ts'
export type { Answer, Call, Judgement, Pace } from './call.ts'
export { apartText, clockAhead } from './clock.ts'
export {
  type HttpContext,
  httpContext,
  type Limits,
  type Logger,
  type Stop,
  type Usage,
} from './context.ts'
export { isCancelled, RefusedError, refused, UpstreamError, unknownAnswer } from './errors.ts'
export { exchange } from './exchange.ts'
export { forEachConcurrent } from './for-each-concurrent.ts'
export { type Ahead, prefetch, prefetchInOrder } from './prefetch.ts'
export { type Progress, reportProgress, type WaitReason } from './progress.ts'
export { retryAfterMs } from './retry.ts'
export { isUnverified, unverified } from './tls.ts'
