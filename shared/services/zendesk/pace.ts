import { type HttpContext, type Pace, retryAfterMs } from '../http/index.ts'

/** What the answers say about the current window of the rate limit. */
type Window = { limit: number; remaining: number; endsAt: number }

/** The length of a window, for an answer that does not say when it ends. */
const MINUTE_MS = 60_000
/**
 * The share of a window's requests that go at full speed, so that a small sync does not wait. The others are spread
 * over the remaining time: the whole account shares the limit, and other programs need some of it.
 */
const FREE_SHARE = 0.5
/** Slightly faster than evenly, so that a late answer near the end does not leave requests unused. */
const SPREAD = 0.8
/** A shorter wait is not shown. */
const SHOWN_WAIT_MS = 1000

/**
 * Keeps one instance's requests within its rate limit, by the headers of its answers, so that Zendesk refuses none
 * (https://developer.zendesk.com/api-reference/introduction/rate-limits/). While the limit is unknown, at the start and
 * after each window, one request goes first and the others wait for its answer. Requests keep their order.
 */
export function createPace({ now, sleep, limits, stop, progress }: HttpContext, service = 'Zendesk'): Pace {
  let window: Window | 'unknown' | 'unlimited' = 'unknown'
  /** Counts windows: an answer to a request of an earlier window says nothing about this one. */
  let windows = 0
  /** Whether the last request got no answer. Requests then do not wait for each other: they would time out one after another. */
  let isSilent = false
  let inFlight = 0
  let lastSentAt = Number.NEGATIVE_INFINITY
  let answered = Promise.withResolvers<void>()
  let queue: Promise<unknown> = Promise.resolve()
  /** Until when an endpoint with its own limit accepts no requests. */
  const closedUntil = new Map<string, number>()

  /** Reports a wait, unless it is only a short pause between requests. */
  function showWait(until: number): void {
    if (until - now() >= SHOWN_WAIT_MS) progress({ kind: 'wait', why: 'rate-limit', service, until })
  }

  async function untilAllowed(): Promise<void> {
    for (let isSpaced = false; ; ) {
      if (typeof window === 'object' && now() >= window.endsAt) forget()
      if (window === 'unlimited') return
      if (window === 'unknown') {
        if (inFlight === 0 || isSilent) return
        await answered.promise
        continue
      }
      // The last answer may or may not count the requests in flight.
      const left = window.remaining - inFlight
      if (left <= 0) {
        await endOrAnswer(window)
        continue
      }
      const wait =
        left > window.limit * FREE_SHARE
          ? 0
          : ((window.endsAt - lastSentAt) * SPREAD) / (left + 1) - (now() - lastSentAt)
      if (isSpaced || wait <= 0) return
      showWait(now() + wait)
      await sleep(wait * limits.delayFactor)
      isSpaced = true
    }
  }

  async function endOrAnswer(current: Window): Promise<void> {
    showWait(current.endsAt)
    const isAnswered = new AbortController()
    const isOver = await Promise.race([
      sleep(
        (current.endsAt - now()) * limits.delayFactor,
        AbortSignal.any([isAnswered.signal, stop.cancelled]),
      ).then(() => true),
      answered.promise.then(() => false),
    ])
    isAnswered.abort()
    if (isOver && window === current) forget()
  }

  function forget(): void {
    window = 'unknown'
    windows += 1
  }

  function readLimit({ status, headers }: Pick<Response, 'status' | 'headers'>): void {
    const remaining = numberOf(headers, 'ratelimit-remaining', 'x-rate-limit-remaining')
    const limit = numberOf(headers, 'ratelimit-limit', 'x-rate-limit')
    if (remaining === undefined || limit === undefined) {
      if (window === 'unknown' && status < 400) window = 'unlimited'
      return
    }
    const retryAfter = retryAfterMs(headers, now())
    const seconds = numberOf(headers, 'ratelimit-reset')
    const reset = seconds === undefined ? null : seconds * 1000
    // With requests left, Retry-After is about another limit, such as that of jobs.
    const isRefused = status === 429 && remaining === 0
    const wait = (isRefused ? (retryAfter ?? reset) : (reset ?? retryAfter)) ?? MINUTE_MS
    // Nothing waits that long. Requests go one at a time instead, and fail if they are refused.
    if (wait > limits.longestWaitMs) {
      forget()
      return
    }
    const endsAt = now() + wait
    const known = typeof window === 'object' ? window : { remaining, endsAt }
    window = {
      limit,
      // Answers may overtake each other; the lowest number is the latest.
      remaining: Math.min(remaining, known.remaining),
      // Zendesk rounds seconds up, so the earliest end is the most precise. A 429 gives the exact time.
      endsAt: status === 429 ? endsAt : Math.min(endsAt, known.endsAt),
    }
  }

  /** Some endpoints have their own limit, which delays nothing else. */
  async function untilOpen(endpoint: string): Promise<void> {
    const wait = Math.min((closedUntil.get(endpoint) ?? 0) - now(), limits.longestWaitMs)
    if (wait <= 0) return
    showWait(now() + wait)
    await sleep(wait * limits.delayFactor)
  }

  function closeIfExhausted(endpoint: string, headers: Headers): void {
    const seconds = endpointReset(headers)
    if (seconds !== undefined) closedUntil.set(endpoint, now() + seconds * 1000)
  }

  async function takeTurn(endpoint: string): ReturnType<Pace> {
    await untilAllowed()
    inFlight += 1
    lastSentAt = now()
    const sentIn = windows
    let isSettled = false
    return response => {
      if (isSettled) return
      isSettled = true
      inFlight -= 1
      isSilent = response === null
      if (response) closeIfExhausted(endpoint, response.headers)
      if (response && sentIn === windows) readLimit(response)
      answered.resolve()
      answered = Promise.withResolvers()
    }
  }

  return async call => {
    const endpoint = endpointOf(call)
    await untilOpen(endpoint)
    const turn = queue.then(() => takeTurn(endpoint))
    queue = turn
    return turn
  }
}

/** Method and path without ids. */
function endpointOf({ method, url }: Parameters<Pace>[0]): string {
  return `${method} ${new URL(url).pathname.replaceAll(/\d+/g, 'ID')}`
}

/**
 * After how many seconds an exhausted endpoint accepts requests again, by a header such as
 * `zendesk-ratelimit-tickets-index: total=100; remaining=0; resets=41`. Ignores the limit on jobs: they end within
 * seconds.
 */
function endpointReset(headers: Headers): number | undefined {
  const resets = [...headers].flatMap(([name, value]) => {
    if (!name.startsWith('zendesk-ratelimit-') || name.endsWith('-inflight-jobs')) return []
    const [, remaining, seconds] = /\bremaining=(\d+)\b.*\bresets=(\d+)\b/.exec(value) ?? []
    return remaining === '0' && seconds !== undefined ? [Number(seconds)] : []
  })
  return resets.length === 0 ? undefined : Math.max(...resets)
}

/** The first of these headers that is a number. */
function numberOf(headers: Headers, ...names: string[]): number | undefined {
  for (const name of names) {
    const text = headers.get(name)?.trim() ?? ''
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  }
  return undefined
}
