import { type NeighbourContext, neighbourContext } from '../http/index.ts'
import type { BinContext } from './context.ts'

/** What a neighbour's client needs of a bin: its log, its count of requests, how long to try, and when to stop. */
export function neighboursOf({
  logger,
  usage,
  limits,
  stop,
}: Pick<BinContext<unknown>, 'logger' | 'usage' | 'limits' | 'stop'>): NeighbourContext {
  return neighbourContext({ logger, usage, limits, stop })
}
