import { describe, expect, test } from 'vitest'
import { protectedOrganization } from '../index.ts'
import { ACCOUNT_ID } from './account-builder.ts'
import { expectedErrorOf } from './rules.ts'

const SHORT_ID = ACCOUNT_ID.slice(0, 15)

function isProtected(entries: unknown, id: number, salesforce_id: string | null): boolean {
  return protectedOrganization(entries, 'protected_ids.yml')({ id, name: 'Tanuki Inc', salesforce_id })
}

describe.each<[string, unknown[], number, string | null, string | null]>([
  ['a salesforce_id', [ACCOUNT_ID], 1, ACCOUNT_ID, '0016100000ZZZZZAAV'],
  ['15 characters, for an organization with 18', [SHORT_ID], 1, ACCOUNT_ID, SHORT_ID.toLowerCase()],
  ['18 characters, for an organization with 15', [ACCOUNT_ID], 1, SHORT_ID, SHORT_ID.toLowerCase()],
  ['any other text in the field', [' PRIORITY PROSPECT'], 1, 'PRIORITY PROSPECT', 'OTHER'],
  ['null: all organizations without salesforce_id', [null], 1, null, ACCOUNT_ID],
  ['a text of digits, for a salesforce_id', ['4711'], 1, '4711', '4712'],
])('an entry may be %s', (_what, entries, id, covered, other) => {
  test('it protects that organization', () => expect(isProtected(entries, id, covered)).toBe(true))
  test('it protects no other', () => expect(isProtected(entries, id, other)).toBe(false))
})

test('a number is a Zendesk organization id, never a salesforce_id; a text is never a Zendesk id', () => {
  expect(isProtected([4711], 4711, ACCOUNT_ID)).toBe(true)
  expect(isProtected([4711], 4711, null)).toBe(true)
  expect(isProtected([4711], 1, '4711')).toBe(false)
  expect(isProtected(['4711'], 4711, ACCOUNT_ID)).toBe(false)
})

test('an empty list protects no organization, not even one without a salesforce_id', () => {
  expect(isProtected([], 1, ACCOUNT_ID)).toBe(false)
  expect(isProtected([], 1, null)).toBe(false)
  expect(isProtected([ACCOUNT_ID], 1, null)).toBe(false)
})

test.each<[string, unknown, string]>([
  ['an empty file', null, 'the file: Invalid'],
  ['a hash', { a: 1 }, 'the file: Invalid'],
  ['an entry of another shape', [ACCOUNT_ID, { id: 1 }], 'entry 2: Invalid'],
  ['a number that is not an id', [1.5], 'entry 1: Invalid'],
])('%s is bad input, and the error names it', (_what, content, named) => {
  const problem = expectedErrorOf(() => protectedOrganization(content, 'data/protected_ids.yml'))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'PROTECTED_IDS_INVALID' })
  expect(problem.message).toContain(`data/protected_ids.yml: ${named}`)
  expect(problem.next).toContain('[] if there are none')
})

test('an entry without a key covers the same text, with any invisible characters around either', () => {
  expect(isProtected(['\u200bPROSPECT '], 1, '\ufeffPROSPECT\u00a0')).toBe(true)
  expect(isProtected(['PROSPECT'], 1, 'prospect')).toBe(false)
  expect(isProtected(['PRIORITY PROSPECT'], 1, 'PRIORITY  PROSPECT')).toBe(false)
})

test.each([null, '', ' ', '\u200b'])(
  'null covers an organization with the salesforce_id %j, which is empty',
  id => {
    expect(isProtected([null], 1, id)).toBe(true)
    expect(isProtected(['PRIORITY PROSPECT', 7], 1, id)).toBe(false)
  },
)

test('an entry covers an organization that has the key only in sfdc_short_id and an empty salesforce_id', () => {
  const covers = protectedOrganization([ACCOUNT_ID], 'protected_ids.yml')
  const organization = { id: 1, name: 'Tanuki Inc', sfdc_short_id: SHORT_ID }
  expect(covers({ ...organization, salesforce_id: null })).toBe(true)
  expect(covers({ ...organization, salesforce_id: 'PROSPECT' })).toBe(false)
})
