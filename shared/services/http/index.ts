/** Requests to neighbours, all of them: time-outs, repetitions, masking, and errors that say which call failed. */
export { isLoopback, isSafeAddress } from './address.ts'
export type { Answer, Call, Pace, Verdict } from './call.ts'
export { apartText, clockAhead } from './clock.ts'
export {
  type Limits,
  type Logger,
  type NeighbourContext,
  neighbourContext,
  type Stop,
  type Usage,
} from './context.ts'
export { exchange } from './exchange.ts'
export { inFlight } from './in-flight.ts'
export { readAhead } from './read-ahead.ts'
export { isUnverified, unverified } from './tls.ts'
export { isCancelled, notUnderstood, RefusedTrouble, refused, UpstreamTrouble } from './troubles.ts'
