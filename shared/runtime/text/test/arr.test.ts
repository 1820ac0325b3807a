import { expect, test } from 'vitest'
import { arrText } from '../index.ts'

test.each([
  [0, '0'],
  [24_000, '24,000'],
  [105_500.5, '105,500.50'],
  [1_234_567.891, '1,234,567.89'],
  [-1200.5, '-1,200.50'],
])('the ARR %d is shown as %s', (arr, text) => {
  expect(arrText(arr)).toBe(text)
})
