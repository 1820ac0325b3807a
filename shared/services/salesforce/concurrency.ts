/**
 * The maximum number of requests to Salesforce in flight. An org may have 25 that last 20 seconds or longer, including
 * those of other programs. So this also limits how many ranges of a query are read side by side.
 * https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
 */
export const CONCURRENT_REQUESTS = 6

/** The maximum of all parts together, if several jobs share a gather. */
const CONCURRENT_REQUESTS_OF_PARTS = 24

/** The maximum number of requests in flight of each of so many jobs. */
export function concurrencyOf(jobs: number): number {
  return Math.max(1, Math.min(CONCURRENT_REQUESTS, Math.floor(CONCURRENT_REQUESTS_OF_PARTS / jobs)))
}

/**
 * Ranges that are open together: a few more than requests, so that no request waits for a range to begin. Of one that
 * is read ahead of its turn so many pages wait in memory, of 2,000 rows each: more than a range of usual accounts has, or
 * the ranges behind would be read on one after the other.
 */
export const RANGES_AHEAD = { sources: 8, pages: 16 }

/** Runs at most `atOnce` pieces of work at a time. The others wait their turn, in order. */
export function gate(atOnce: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let inFlight = 0
  return async work => {
    if (inFlight >= atOnce) await new Promise<void>(resolve => waiting.push(resolve))
    else inFlight += 1
    try {
      return await work()
    } finally {
      // Hand the place over to the next in line: the count must not change.
      const next = waiting.shift()
      if (next) next()
      else inFlight -= 1
    }
  }
}
