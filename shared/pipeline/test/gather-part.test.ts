import { expect, test } from 'vitest'
import { partIn, partText } from '../index.ts'

test.each(['1/1', '1/3', '3/3', '31/31'])('%s is a part', text => {
  const part = partIn(text)
  expect(part && partText(part)).toBe(text)
})

test.each(['', '3', '0/3', '4/3', '1/0', '1/32', '-1/3', '1.5/3', '1/3/5', ' 1/3', 'x/3', '1 / 3', '²/3'])(
  '"%s" is not a part',
  text => {
    expect(partIn(text)).toBeUndefined()
  },
)
