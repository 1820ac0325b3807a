import { expect, test } from 'vitest'
import { isOwedTooLong, owedSchema } from '../index.ts'
import { ACCOUNT_ID } from './account-builder.ts'

const OWED = owedSchema.parse({
  action: 'associate',
  key: ACCOUNT_ID,
  organization_id: 5,
  since: '2026-11-16T07:00:00Z',
})

test.each([
  ['at once', '2026-11-16T07:00:00Z', false],
  ['after 7 days', '2026-11-23T07:00:00Z', false],
  ['a second later', '2026-11-23T07:00:01Z', true],
  ['after a month', '2026-12-16T07:00:00Z', true],
])('the sync gives up what it has owed for more than 7 days: %s, at %s: %s', (_when, now, isTooLong) => {
  expect(isOwedTooLong(OWED, new Date(now))).toBe(isTooLong)
})

test('an owed record has the organization and its key, and no address', () => {
  expect(owedSchema.parse({ ...OWED, email: 'ada@tanuki.example' })).toEqual(OWED)
  expect(owedSchema.safeParse({ ...OWED, action: 'update' }).success).toBe(false)
})
