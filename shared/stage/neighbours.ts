import { type NeighbourContext, neighbourContext } from '../http/index.ts'
import type { BinContext } from './context.ts'

/** What a neighbour's client needs of a bin: its log, its count of requests, and how long to try. */
export function neighboursOf({
  logger,
  usage,
  limits,
}: Pick<BinContext<unknown>, 'logger' | 'usage' | 'limits'>): NeighbourContext {
  return neighbourContext({ logger, usage, limits })
}
