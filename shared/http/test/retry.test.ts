import { expect, test } from 'vitest'
import { retryAfterMs } from '../retry.ts'

const NOW = Date.UTC(2025, 10, 7, 10, 0, 0)

test.each([
  ['0', 0],
  ['30', 30_000],
  [' 1.5 ', 1_500],
  ['Fri, 07 Nov 2025 10:01:00 GMT', 60_000],
  ['Fri, 07 Nov 2025 09:00:00 GMT', 0],
  ['soon', null],
  ['-5', null],
  ['', null],
  [null, null],
])('Retry-After %j means a wait of %j ms', (header, expected) => {
  expect(retryAfterMs(header, NOW)).toBe(expected)
})
