import { expect, test } from 'vitest'
import { durationText } from '../index.ts'

test.each([
  [0, '0.0 s'],
  [-5, '0.0 s'],
  [612, '0.6 s'],
  [9_949, '9.9 s'],
  [9_951, '10 s'],
  [95_000, '95 s'],
  [119_499, '119 s'],
  [119_500, '2.0 min'],
  [120_000, '2.0 min'],
  [570_000, '9.5 min'],
  [597_000, '10 min'],
  [2_700_000, '45 min'],
])('%i ms are %s: seconds below two minutes, minutes above', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text)
})
