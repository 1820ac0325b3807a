import { type NeighbourContext, neighbourContext } from '../../services/http/index.ts'
import type { BinContext } from './context.ts'

/** What a neighbour's client needs of a bin. */
export function neighboursOf({
  logger,
  usage,
  limits,
  stop,
  clock,
  sleep,
  warn,
  atEnd,
  checksClock,
}: Pick<
  BinContext<unknown>,
  'logger' | 'usage' | 'limits' | 'stop' | 'clock' | 'sleep' | 'warn' | 'atEnd' | 'checksClock'
>): NeighbourContext {
  return neighbourContext({
    logger,
    usage,
    limits,
    stop,
    now: () => clock().getTime(),
    sleep,
    warn: (code, message) => warn(code, message, []),
    atEnd,
    checksClock,
  })
}
