import { type HttpContext, httpContext } from '../../services/http/index.ts'
import type { BinContext } from './context.ts'

/** What a service's client needs of a bin. */
export function httpContextOf({
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
>): HttpContext {
  return httpContext({
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
