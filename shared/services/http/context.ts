import { setTimeout as wait } from 'node:timers/promises'
import { type Progress, reportProgress } from './progress.ts'

/** What a bin's summary tells of its traffic. Counted up by every request made through `exchange`. */
export type Usage = {
  /** Requests sent, repetitions included. */
  requests: number
  /** Of these, the repetitions. */
  retries: number
}

type LogLine = (details: object, message: string) => void

/** The part of a pino logger that the services' clients need. */
export type Logger = { debug: LogLine; info: LogLine; warn: LogLine; error: LogLine }

/** How long and how often to try. Every figure has its reason beside the default below. */
export type Limits = {
  timeoutMs: number
  attempts: number
  backoffBaseMs: number
  backoffMaxMs: number
  longestWaitMs: number
  maxBodyBytes: number
  jobDeadlineMs: number
  /** Every wait is multiplied by this; tests shrink it. Time-outs and deadlines are not touched. */
  delayFactor: number
}

const DEFAULT_LIMITS: Limits = {
  // One attempt, from connecting to the body's last byte. Salesforce's largest pages take some seconds.
  timeoutMs: 60_000,
  // With the back-off below: about half a minute of trying through a short outage, and five minutes of
  // Zendesk's rate limit, whose window is one minute.
  attempts: 6,
  backoffBaseMs: 1_000,
  backoffMaxMs: 30_000,
  // A service that asks for a longer pause is down for maintenance. Failing lets the pipeline try later.
  longestWaitMs: 300_000,
  // The largest answer, 2,000 Salesforce records with their children, stays under 10 MB.
  maxBodyBytes: 64 * 1024 * 1024,
  // A Zendesk job of 100 items takes seconds; one that is queued behind others takes minutes.
  jobDeadlineMs: 600_000,
  delayFactor: 1,
}

/** How a run is ended before its time. */
export type Stop = {
  /** Aborted when the run is cancelled: nothing new is begun, no pause is waited out, and nothing is sent again. */
  cancelled: AbortSignal
  /** Aborted a little later: what is under way is given up. */
  aborted: AbortSignal
}

/** What every service's client is given: where to count, where to log, how long to try, and the clock. */
export type HttpContext = {
  usage: Usage
  logger: Logger
  limits: Limits
  stop: Stop
  /** Milliseconds since 1970. */
  now: () => number
  /** Whether an answer whose Date is far from `now` stops the run; for whatever decides by the day. */
  checksClock: boolean
  /** From 0 to below 1. */
  random: () => number
  /** Resolves after so many milliseconds, or at once when the signal (`stop.cancelled`) is aborted. Never rejects. */
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** Shows a person who watches how far it has come. */
  progress: (progress: Progress) => void
  /** Warns of what a person should change, though all goes well so far. */
  warn: (code: string, message: string) => void
  /** Does something when the run has ended, well or not. Without an owner that ends runs, nothing is done. */
  atEnd: (action: () => Promise<void>) => void
}

const ignore = () => undefined
const SILENT: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/**
 * A context for real use; `usage` starts at zero, and without a logger nothing is logged. Tests pass their own limits,
 * clock or dice.
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
