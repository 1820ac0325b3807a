import { setTimeout as wait } from 'node:timers/promises'
import { type Progress, reportProgress } from './progress.ts'

/** The traffic counts in a bin's summary. `exchange` increments them. */
export type Usage = {
  /** Requests sent, including retries. */
  requests: number
  /** Retries among them. */
  retries: number
}

type LogLine = (details: object, message: string) => void

/** The part of a pino logger that the clients need. */
export type Logger = { debug: LogLine; info: LogLine; warn: LogLine; error: LogLine }

/** How long and how often to try. The defaults below give the reason for each number. */
export type Limits = {
  timeoutMs: number
  attempts: number
  backoffBaseMs: number
  backoffMaxMs: number
  longestWaitMs: number
  maxBodyBytes: number
  jobDeadlineMs: number
  /** Multiplies every wait; tests lower it. It does not change time-outs and deadlines. */
  delayFactor: number
}

const DEFAULT_LIMITS: Limits = {
  // One attempt, from connecting to the body's last byte. Salesforce's largest pages take a few seconds.
  timeoutMs: 60_000,
  // With the back-off below, this covers half a minute of outage, and five minutes of Zendesk's rate limit,
  // whose window is one minute.
  attempts: 6,
  backoffBaseMs: 1_000,
  backoffMaxMs: 30_000,
  // A service that asks for a longer pause is down for maintenance. Fail, and let the pipeline try later.
  longestWaitMs: 300_000,
  // The largest answer, 2,000 Salesforce records with their children, stays under 10 MB.
  maxBodyBytes: 64 * 1024 * 1024,
  // A Zendesk job with 100 items takes seconds; a job in a queue takes minutes.
  jobDeadlineMs: 600_000,
  delayFactor: 1,
}

/** How to end a run early. */
export type Stop = {
  /** Aborts when the run is cancelled: start nothing new, end pauses early, retry nothing. */
  cancelled: AbortSignal
  /** Aborts a little later: give up what is still in flight. */
  aborted: AbortSignal
}

/** What every client gets: counters, a logger, limits and a clock. */
export type HttpContext = {
  usage: Usage
  logger: Logger
  limits: Limits
  stop: Stop
  /** Milliseconds since 1970. */
  now: () => number
  /** Whether an answer with a Date far from `now` stops the run. Set it if the run decides by the day. */
  checksClock: boolean
  /** From 0 up to, but not including, 1. */
  random: () => number
  /** Resolves after `milliseconds`, or when `signal` (default: `stop.cancelled`) aborts. Never rejects. */
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** Reports the progress, for display. */
  progress: (progress: Progress) => void
  /** Warns about something that you should change, although it still works. */
  warn: (code: string, message: string) => void
  /** Runs an action at the end of the run, successful or not. By default it does nothing. */
  atEnd: (action: () => Promise<void>) => void
}

const ignore = () => undefined
const SILENT: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/**
 * A context for production. `usage` starts at zero; without a logger it logs nothing. Tests pass their own limits,
 * clock and `random`.
 */
export function httpContext(
  given: { limits?: Partial<Limits> } & Partial<Omit<HttpContext, 'limits'>> = {},
): HttpContext {
  const { stop = neverStopped(), logger = SILENT } = given
  return {
    logger,
    usage: { requests: 0, retries: 0 },
    stop,
    now: Date.now,
    checksClock: false,
    random: Math.random,
    sleep: (milliseconds, signal = stop.cancelled) => sleep(milliseconds, signal),
    progress: reportProgress,
    warn: (code, message) => logger.warn({ code }, message),
    atEnd: ignore,
    ...given,
    limits: { ...DEFAULT_LIMITS, ...given.limits },
  }
}

function neverStopped(): Stop {
  const { signal } = new AbortController()
  return { cancelled: signal, aborted: signal }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
