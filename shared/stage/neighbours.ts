import { type NeighbourContext, neighbourContext } from '../http/index.ts'
import type { BinContext } from './context.ts'

/** What a neighbour's client needs of a bin: its log, its count of requests, how long to try, when to stop, and its time. */
export function neighboursOf({
  logger,
  usage,
  limits,
  stop,
  clock,
  sleep,
}: Pick<BinContext<unknown>, 'logger' | 'usage' | 'limits' | 'stop' | 'clock' | 'sleep'>): NeighbourContext {
  return neighbourContext({ logger, usage, limits, stop, now: () => clock().getTime(), sleep })
}
