import { type NeighbourContext, neighbourContext } from '../http/index.ts'
import type { BinContext } from './context.ts'

/** What a neighbour's client needs of a bin: its log, and its count of requests. */
export function neighboursOf({
  logger,
  usage,
}: Pick<BinContext<unknown>, 'logger' | 'usage'>): NeighbourContext {
  return neighbourContext({ logger, usage })
}
