import { expect, test } from 'vitest'
import { adviceOnFailure, failureCode, isNameHeldOf, nameHeldError, nameHeldKey } from '../index.ts'

test.each([
  ['DuplicateValue: Name: X has already been taken', 'DuplicateValue'],
  ['name: DuplicateValue: Name: X has already been taken', 'DuplicateValue'],
  ['its name is taken by organization 7 of salesforce_id 001', 'NAME_TAKEN'],
  [nameHeldError('0016100000AbCdEAAV'), 'NAME_HELD'],
  ['a sentence without a code', 'FAILED'],
  ['a sentence: with a colon', 'FAILED'],
  [null, 'FAILED'],
])('of the error %j the code is %s', (error, code) => {
  expect(failureCode(error)).toBe(code)
})

test('a name that is taken and the mark held back for it have one advice; an unknown code has the general one', () => {
  expect(adviceOnFailure('NAME_HELD')).toBe(adviceOnFailure('NAME_TAKEN'))
  expect(adviceOnFailure('NAME_TAKEN')).toContain('surviving salesforce_id')
  expect(adviceOnFailure('DuplicateValue')).toContain('merge or rename')
  expect(adviceOnFailure('TooHot')).toContain('next run tries again')
})

test.each(['JOB_NOT_ENDED', 'JOB_FAILED', 'JOB_KILLED', 'RESULT_UNKNOWN', 'RecordInvalid'])(
  '%s has an advice of its own',
  code => {
    expect(adviceOnFailure(code)).toMatch(/^[A-Z].+\.$/)
    expect(adviceOnFailure(code)).not.toBe(adviceOnFailure('TooHot'))
  },
)

test('the warning of a held name tells whose create it was', () => {
  const key = nameHeldKey('0016100000AbCdEAAV', 7)
  expect(key).toBe('0016100000AbCdEAAV: organization 7')
  expect(isNameHeldOf(key, '0016100000AbCdEAAV')).toBe(true)
  expect(isNameHeldOf(key, '0016100000AbCdE')).toBe(false)
})
