import { describe, expect, test } from 'vitest'
import {
  failingSchema,
  failsSince,
  failureCode,
  isSameFailing,
  lastingTexts,
  type Result,
  stillFailing,
} from '../index.ts'
import type { Failing } from '../lasting.ts'
import { ACCOUNT_ID } from './account-builder.ts'
import { must } from './rules.ts'

const AT_SEVEN = '2026-11-23T07:00:00.000Z'
const AT_EIGHT = '2026-11-23T08:00:00.000Z'
const NOW = new Date('2026-11-23T09:30:00Z')

function failure(given: Partial<Result> = {}): Result {
  return {
    action: 'update',
    key: ACCOUNT_ID,
    id: 11,
    status: 'failed',
    http_status: 422,
    code: 'RecordInvalid',
    error: 'Zendesk says no',
    attributes: [],
    ...given,
  }
}

/** The failing records after runs with these failures, one run per hour from 07:00. */
function after(...runs: Result[][]): Failing[] {
  let failing: Failing[] = []
  for (const [hour, failures] of runs.entries()) {
    failing = stillFailing(failures, failing, `2026-11-23T0${7 + hour}:00:00.000Z`)
  }
  return failing
}

describe('a failure lasts', () => {
  test('since the first run in a row in which the record failed', () => {
    const failing = after([failure()], [failure()], [failure()])
    expect(failing).toEqual([
      { action: 'update', key: ACCOUNT_ID, id: 11, code: 'RecordInvalid', since: AT_SEVEN, runs: 3 },
    ])
    expect(failing.map(one => failingSchema.parse(one))).toEqual(failing)
  })

  test('until a run in which the record does not fail', () => {
    expect(after([failure()], [])).toEqual([])
    expect(after([failure()], [], [failure()])).toMatchObject([
      { since: '2026-11-23T09:00:00.000Z', runs: 1 },
    ])
  })

  test.each<[string, Partial<Result>]>([
    ['another code', { code: 'NOT_STORED' }],
    ['another action', { action: 'mark' }],
    ['another account', { key: '0016100000ZzZzZAAV' }],
  ])('not across %s: that is a different failure', (_what, other) => {
    expect(after([failure()], [failure(other)])).toMatchObject([{ ...other, since: AT_EIGHT, runs: 1 }])
  })

  test('even if the error sentence or the form of the salesforce_id differs', () => {
    const other = failure({ key: ACCOUNT_ID.slice(0, 15), id: null, http_status: 409, error: 'still no' })
    expect(after([failure()], [other])).toMatchObject([{ since: AT_SEVEN, runs: 2 }])
  })

  test('once for several attributes of one record', () => {
    const parts = [failure({ attributes: ['account_owner'] }), failure({ attributes: ['aar'] })]
    expect(after(parts, parts)).toMatchObject([{ since: AT_SEVEN, runs: 2 }])
  })

  test('by the id if the key is not a salesforce_id', () => {
    const odd = failure({ key: 'PRIORITY PROSPECT', id: 5 })
    expect(after([odd], [{ ...odd, key: 'Priority prospect' }])).toMatchObject([{ runs: 2 }])
    expect(after([odd], [{ ...odd, id: 6 }])).toMatchObject([{ id: 6, runs: 1 }])
  })

  test('not for a record with neither: the next run cannot identify it', () => {
    const unknown = failure({ action: 'create', key: 'creates.json record 3', id: null })
    expect(after([unknown], [unknown])).toMatchObject([{ since: AT_EIGHT, runs: 1 }])
  })

  test('under REFUSED if Zendesk gives no code', () => {
    expect(failureCode({ code: null })).toBe('REFUSED')
    expect(failureCode({ code: 'DuplicateValue' })).toBe('DuplicateValue')
    expect(after([failure({ code: null })], [failure({ code: null })])).toMatchObject([
      { code: 'REFUSED', runs: 2 },
    ])
  })
})

test('two failures are the same if they have the same record, action and code', () => {
  const one = must(after([failure()])[0])
  expect(isSameFailing(one, { ...one, key: ACCOUNT_ID.slice(0, 15), since: AT_EIGHT, runs: 9 })).toBe(true)
  expect(isSameFailing(one, { ...one, code: 'NOT_STORED' })).toBe(false)
  expect(isSameFailing(one, { ...one, action: 'mark' })).toBe(false)
})

describe('the text says since when a record has failed', () => {
  const failing = after([failure()], [failure()])

  test('as a time if it was today', () => {
    expect(failsSince(failure(), failing, NOW)).toBe('07:00 UTC')
  })

  test('with the day if it was earlier', () => {
    expect(failsSince(failure(), failing, new Date('2026-11-24T00:10:00Z'))).toBe('2026-11-23 07:00 UTC')
  })

  test('but not in the first run, and not for another failure', () => {
    expect(failsSince(failure(), after([failure()]), NOW)).toBeUndefined()
    expect(failsSince(failure({ code: 'NOT_STORED' }), failing, NOW)).toBeUndefined()
  })

  test('in groups that fail since the same run with the same code', () => {
    const [first, second, third] = [1, 2, 3].map(id => failure({ key: 'x', id, code: 'DuplicateValue' }))
    const [one, two, three] = [must(first), must(second), must(third)]
    const other = failure({ code: 'NOT_STORED' })
    const fresh = failure({ id: 9, key: 'y' })
    expect(
      lastingTexts(after([one, two, other], [one, two, other, three], [one, two, other, three, fresh]), NOW),
    ).toEqual([
      'failing since 07:00 UTC: 2 records, DuplicateValue',
      'failing since 07:00 UTC: one record, NOT_STORED',
      'failing since 08:00 UTC: one record, DuplicateValue',
    ])
    expect(lastingTexts(after([one, other]), NOW)).toEqual([])
  })
})
