import { expect, test } from 'vitest'
import {
  CANCELLED,
  EXIT,
  ExpectedError,
  exitCodeOf,
  exitText,
  expectedFrom,
  worstExitCode,
} from '../index.ts'

test('of several exit codes, the first of 1, 2, 3, 75, 4, 0 is used', () => {
  const order = [1, 2, 3, 75, 4, 0]
  for (const [index, code] of order.entries()) {
    const andBetter = order.slice(index)
    expect(worstExitCode(andBetter)).toBe(code)
    expect(worstExitCode(andBetter.toReversed())).toBe(code)
  }
})

test('no exit codes mean done, and an unknown one is a bug', () => {
  expect(worstExitCode([])).toBe(EXIT.done)
  expect(worstExitCode([0, 137])).toBe(EXIT.bug)
})

test('every exit code has its own text, and an unknown one is shown as a number', () => {
  const texts = Object.values(EXIT).map(code => exitText(code))
  expect(new Set(texts).size).toBe(6)
  expect(texts.filter(text => text.startsWith('exit '))).toEqual([])
  expect(exitText(137)).toBe('exit 137')
})

test('each kind of error has its exit code, and anything else thrown is a bug', () => {
  const kinds = ['bad-input', 'guard', 'upstream'] as const
  expect(
    kinds.map(kind =>
      exitCodeOf(new ExpectedError({ kind, code: 'CODE', message: 'message', next: 'next' })),
    ),
  ).toEqual([2, 3, 75])
  expect([new Error('no'), 'text', undefined].map(exitCodeOf)).toEqual([1, 1, 1])
})

test.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('a write that ends with %s is bad input, with the reason', code => {
  const thrown = Object.assign(new Error(`${code}: write`), { code })
  const error = expectedFrom(thrown)
  expect(error).toMatchObject({ code: 'DISK_FULL', cause: thrown })
  expect(error?.message).toContain(`${code}: write`)
  expect(exitCodeOf(error)).toBe(EXIT.badInput)
  expect(exitText(EXIT.badInput, error?.code)).toBe('disk full')
})

test('any other error of the system is a bug', () => {
  const known = new ExpectedError({ kind: 'guard', code: 'CODE', message: 'message', next: 'next' })
  expect(expectedFrom(known)).toBe(known)
  for (const thrown of [Object.assign(new Error('no'), { code: 'EBADF' }), new Error('no'), 'ENOSPC', null])
    expect(expectedFrom(thrown)).toBeUndefined()
})

test('a run that a person stopped is shown as cancelled, not as an outage', () => {
  expect(exitText(EXIT.upstream, CANCELLED)).toBe('cancelled')
  expect(exitText(EXIT.upstream, 'UPSTREAM_UNAVAILABLE')).toBe('upstream unavailable')
})

test.each([
  [EXIT.badInput, 'LOGIN_REFUSED', 'login refused'],
  [EXIT.badInput, 'FIELD_HIDDEN', 'not allowed'],
  [EXIT.badInput, 'CONFIGURATION_INVALID', 'not configured'],
  [EXIT.badInput, 'HANDOVER_MISSING', 'input missing'],
  [EXIT.badInput, 'SALESFORCE_ROW_INVALID', 'bad input'],
  [EXIT.upstream, 'ANOTHER_RUN', 'another run is active'],
  [EXIT.guard, 'NEWER_RUN_WROTE', 'plan out of date'],
  [EXIT.guard, 'MASS_CHANGE', 'stopped by a guard'],
  // The code of a warning or a record: the stage itself reached its end.
  [EXIT.someRecordsFailed, 'FIELDS_CHANGED', 'some records failed'],
])('an ending with %i and %s is shown as %s', (exitCode, code, text) => {
  expect(exitText(exitCode, code)).toBe(text)
})
