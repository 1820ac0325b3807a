import { expect, test } from 'vitest'
import { type Interruption, interrupt, references } from '../interruptions/interrupt.ts'

/** `pnpm interruptions` does this a hundred times, with a seed from the clock. */
const SEED = 4
const TIMES = 12

test(`after kills at random places (seed ${SEED}), the next run of a sync ends as without a kill`, async () => {
  const all = await references()
  const numbers = Array.from({ length: TIMES }, (_, number) => number)
  const done: Interruption[] = []
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
        done.push(await interrupt(all, SEED, number))
      }
    }),
  )
  expect(done.filter(({ problems }) => problems.length > 0)).toEqual([])
  // Kills happened, for some syncs twice. Now and then a sync needs fewer requests and ends first.
  expect(done.filter(({ kills }) => kills.length > 0).length).toBeGreaterThan(TIMES / 2)
  expect(done.some(({ kills }) => kills.length > 1)).toBe(true)
  expect(new Set(done.map(({ stage }) => stage)).size).toBe(4)
}, 120_000)
