/**
 * The maximum number of requests to Salesforce in flight. This also limits how many ranges are read in parallel. An org
 * may have 25 requests that last 20 seconds or longer, including those of other programs:
 * https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
 */
export const CONCURRENT_REQUESTS = 6

/** The maximum of all jobs together, if up to 24 jobs share a gather. Each job has at least one. */
const CONCURRENT_REQUESTS_OF_PARTS = 24

/** The maximum number of requests in flight per job, if `jobs` jobs share a gather. */
export function concurrencyOf(jobs: number): number {
  return Math.max(1, Math.min(CONCURRENT_REQUESTS, Math.floor(CONCURRENT_REQUESTS_OF_PARTS / jobs)))
}

/**
 * `sources`: how many ranges are open at a time, a few more than requests in flight, so that there is always a range to
 * request from. `pages`: how many pages of 2,000 rows of each later range wait in memory. It is more than a usual range
 * has: a range that reaches this limit stops until its turn, and the parallel read becomes a serial one.
 */
export const RANGES_AHEAD = { sources: 8, pages: 16 }

/**
 * Runs at most `atOnce` functions at a time. The others wait: those with the lowest `place` come first, then those that
 * came first.
 */
export function limitConcurrency(
  atOnce: number,
): <Result>(work: () => Promise<Result>, place?: number) => Promise<Result> {
  const waiting: { place: number; start: () => void }[] = []
  let inFlight = 0
  function turnOf(place: number): Promise<void> {
    return new Promise(start => {
      const after = waiting.findIndex(other => other.place > place)
      waiting.splice(after === -1 ? waiting.length : after, 0, { place, start })
    })
  }
  return async (work, place = 0) => {
    if (inFlight >= atOnce) await turnOf(place)
    else inFlight += 1
    try {
      return await work()
    } finally {
      // The next one starts instead, so the count does not change.
      const next = waiting.shift()
      if (next) next.start()
      else inFlight -= 1
    }
  }
}
