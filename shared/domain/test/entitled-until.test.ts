import { describe, expect, test } from 'vitest'
import { calendarOf, collectEntitledUntil } from '../index.ts'
import { ACCOUNT_ID, IN_GRACE, LAPSED, TODAY } from './account-builder.ts'

const SHORT_ID = ACCOUNT_ID.slice(0, 15)
const OTHER_ID = '0016100000ZZZZZ'

describe('the day until which an account is entitled, according to its organizations', () => {
  const until = (...organizations: Parameters<ReturnType<typeof collectEntitledUntil>['add']>[0][]) => {
    const collected = collectEntitledUntil(calendarOf(TODAY))
    for (const organization of organizations) collected.add(organization)
    return Object.fromEntries(collected.finish())
  }
  const own = (expiration_date: unknown) => ({ salesforce_id: ACCOUNT_ID, expiration_date })

  test('the latest day counts if several organizations have the same key, in any order', () => {
    const three = [own('2026-08-01'), own('2027-08-01'), own('2026-07-01')]
    expect(until(...three)).toEqual({ [SHORT_ID]: '2027-08-01' })
    expect(until(...three.toReversed())).toEqual({ [SHORT_ID]: '2027-08-01' })
  })

  test('the key is the first 15 characters, or the sfdc_short_id if the salesforce_id is empty', () => {
    const expiration_date = '2027-01-01'
    expect(until({ salesforce_id: ` ${SHORT_ID} `, expiration_date })).toEqual({
      [SHORT_ID]: expiration_date,
    })
    expect(until({ salesforce_id: ' ', sfdc_short_id: SHORT_ID, expiration_date })).toEqual({
      [SHORT_ID]: expiration_date,
    })
  })

  test.each([null, 'PRIORITY PROSPECT'])(
    'an organization with the salesforce_id %j counts for no account',
    odd => {
      const sfdc_short_id = odd === null ? null : SHORT_ID
      expect(until({ salesforce_id: odd, sfdc_short_id, expiration_date: '2027-01-01' })).toEqual({})
    },
  )

  test('organizations of several accounts may have the same day; a day that is over does not count', () => {
    const others = (expiration_date: string) => ({ salesforce_id: OTHER_ID, expiration_date })
    expect(until(own('2027-01-01'), others('2027-01-01'))).toEqual({
      [SHORT_ID]: '2027-01-01',
      [OTHER_ID]: '2027-01-01',
    })
    expect(until(own(LAPSED), others(LAPSED))).toEqual({})
    expect(until(own('soon'), others('soon'))).toEqual({})
    expect(until(own(IN_GRACE), others(LAPSED))).toEqual({ [SHORT_ID]: IN_GRACE })
  })
})
