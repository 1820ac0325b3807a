import { expect, test } from 'vitest'
import { failureCode } from '../index.ts'

test.each([
  ['DuplicateValue: Name: X has already been taken', 'DuplicateValue'],
  ['name: DuplicateValue: Name: X has already been taken', 'DuplicateValue'],
  ['its name is taken by organization 7 of salesforce_id 001', 'NAME_TAKEN'],
  ['a sentence without a code', 'FAILED'],
  [null, 'FAILED'],
])('of the error %j the code is %s', (error, code) => {
  expect(failureCode(error)).toBe(code)
})
