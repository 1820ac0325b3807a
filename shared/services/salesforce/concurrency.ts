/**
 * How many requests we have under way at Salesforce at once. An org may have 25 that last 20 seconds and longer, of
 * all its programs; so this is what limits how many ranges of a query are read side by side.
 * https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
 */
export const CONCURRENT_REQUESTS = 6

/**
 * Ranges that are open together: a few more than requests, so that no request waits for a range to begin. Of one that
 * is read ahead of its turn so many pages wait in memory, of 2,000 rows each: more than a range of usual accounts has, or
 * the ranges behind would be read on one after the other.
 */
export const RANGES_AHEAD = { sources: 8, pages: 16 }

/** Lets so many pieces of work begin; the others wait their turn, in order. */
export function gate(atOnce: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let underWay = 0
  return async work => {
    if (underWay >= atOnce) await new Promise<void>(resolve => waiting.push(resolve))
    else underWay += 1
    try {
      return await work()
    } finally {
      // Its place goes to the next in line, who must not find it taken.
      const next = waiting.shift()
      if (next) next()
      else underWay -= 1
    }
  }
}
