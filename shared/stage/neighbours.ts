import { type NeighbourContext, neighbourContext } from '../http/index.ts'
import type { BinContext } from './context.ts'

/** What a neighbour's client needs of a bin: its log, its count of requests, and when to stop. */
export function neighboursOf({
  logger,
  usage,
  signal,
  giveUp,
}: Pick<BinContext<unknown>, 'logger' | 'usage' | 'signal' | 'giveUp'>): NeighbourContext {
  return neighbourContext({ logger, usage, stop: { soon: signal, now: giveUp } })
}
