import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasSalesforceId, isSalesforceId, longId, matchKey, organizationKey, probableKey } from '../index.ts'

const shortIds = fc.stringMatching(/^[A-Za-z0-9]{15}$/)

test.each([
  ['0016100000AbCdE', '0016100000AbCdEAAV'],
  ['001000000000000', '001000000000000AAA'],
  ['ABCDEFGHIJKLMNO', 'ABCDEFGHIJKLMNO555'],
  ['00D000000000062', '00D000000000062EAA'],
])('the 18-character form of %s is %s', (short, long) => {
  expect(longId(short)).toBe(long)
  expect(longId(long)).toBe(long)
})

test('both forms of an id have the same key, and the long form is the key with a suffix', () => {
  fc.assert(
    fc.property(shortIds, short => {
      const long = longId(short)
      expect(long).toHaveLength(18)
      expect(isSalesforceId(long)).toBe(true)
      expect([matchKey(long), matchKey(short)]).toEqual([short, short])
      expect(longId(long)).toBe(long)
    }),
  )
})

test('ids that differ only in case are two records', () => {
  fc.assert(
    fc.property(
      shortIds.filter(id => /[A-Za-z]/.test(id)),
      id => {
        const swapped = [...id]
          .map(letter => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()))
          .join('')
        expect(matchKey(swapped)).not.toBe(matchKey(id))
        expect(longId(swapped).toLowerCase()).not.toBe(longId(id).toLowerCase())
      },
    ),
  )
})

test.each([
  'PRIORITY PROSPECT',
  '',
  '0016100000AbCd',
  '0016100000AbCdEA',
  "001610000'AbCdE",
  '0016100000AbCdÉ',
])('%j is not an id and stays unchanged', text => {
  expect(isSalesforceId(text)).toBe(false)
  expect(longId(text)).toBe(text)
})

describe('the key of a text', () => {
  const SHORT = '0016100000AbCdE'
  const OUTER = ['', ' ', '\t\n', '\u00a0', '\u200b', '\ufeff', '\u2060', '\u3000', ' \u200e\u2028']

  test.each(OUTER)('ignores white space and invisible characters around it: %j', outer => {
    for (const text of [SHORT, `${SHORT}AAV`, `${SHORT}zzz`]) {
      expect(matchKey(outer + text)).toBe(SHORT)
      expect(matchKey(text + outer)).toBe(SHORT)
      expect(matchKey(outer + text + outer)).toBe(SHORT)
    }
  })

  test.each(OUTER.slice(1))('does not exist if they are inside the text: %j', inner => {
    expect(matchKey(`0016100${inner}000AbCdE`)).toBeNull()
  })

  test.each([
    null,
    undefined,
    '',
    ' ',
    '\u200b',
    'PRIORITY PROSPECT',
    `${SHORT}A`,
    `${SHORT}AA`,
    `${SHORT}AAVA`,
  ])('%j has none', text => {
    expect(matchKey(text)).toBeNull()
  })

  test('exists only for 15 or 18 letters and digits', () => {
    const ids = fc.stringMatching(/^[A-Za-z0-9]{1,25}$/)
    fc.assert(
      fc.property(ids, id => {
        const hasKey = id.length === 15 || id.length === 18
        expect(matchKey(id)).toBe(hasKey ? id.slice(0, 15) : null)
      }),
    )
  })
})

describe('the key of an organization', () => {
  const OWN = '0016100000AbCdE'
  const OTHER = '0016100000ZZZZZ'

  test.each<[string | null, unknown, string | null]>([
    [OWN, null, OWN],
    [OWN, OTHER, OWN],
    [null, OTHER, OTHER],
    ['', OTHER, OTHER],
    [' \u200b', ` ${OTHER}AAV `, OTHER],
    ['PRIORITY PROSPECT', OTHER, null],
    ['0016100000AbCd', OTHER, null],
    [null, 'PRIORITY PROSPECT', null],
    [null, null, null],
    [null, undefined, null],
    [null, 7, null],
  ])('salesforce_id %j and sfdc_short_id %j give %j', (salesforce_id, sfdc_short_id, key) => {
    expect(organizationKey({ salesforce_id, sfdc_short_id })).toBe(key)
  })

  test('comes from sfdc_short_id if salesforce_id has only white space and invisible characters', () => {
    const empty = [null, '', ' ', '\u200b\ufeff'].map(salesforce_id => hasSalesforceId({ salesforce_id }))
    expect(empty).toEqual([false, false, false, false])
    expect(hasSalesforceId({ salesforce_id: ' ?' })).toBe(true)
  })
})

test.each([
  ['#N/A', '0016100000AbCdE', '0016100000AbCdE'],
  ['#N/A', '0016100000AbCdEAAV', '0016100000AbCdE'],
  ['#N/A', 'PROSPECT', null],
  ['#N/A', null, null],
  ['#N/A', 5, null],
  // These have a key of their own.
  [null, '0016100000AbCdE', '0016100000AbCdE'],
  ['0016100000AbCdEAAV', '001000000000000', '0016100000AbCdE'],
])('salesforce_id %j and sfdc_short_id %j give the probable key %j', (salesforce_id, sfdc_short_id, key) => {
  expect(probableKey({ salesforce_id, sfdc_short_id })).toBe(key)
})
