import { expect, test } from 'vitest'
import { concurrencyOf } from '../concurrency.ts'
import { createdInPart } from '../index.ts'

test.each([1, 2, 7, 30, 31])('each day of a month is in one of %i parts', of => {
  const days = Array.from({ length: of }, (_, index) => createdInPart({ index: index + 1, of })).flatMap(
    condition =>
      [...condition.matchAll(/DAY_IN_MONTH\(CreatedDate\) = (\d+)/g)].map(([, day]) => Number(day)),
  )
  expect(days.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 31 }, (_, day) => day + 1))
})

test.each([
  [1, 6],
  [4, 6],
  [5, 4],
  [8, 3],
  [31, 1],
])('each of %i jobs has up to %i requests in flight', (jobs, each) => {
  expect(concurrencyOf(jobs)).toBe(each)
})
