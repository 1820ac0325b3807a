import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSalesforceId, longId, matchKey } from '../index.ts'

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

test('both forms of an id have one key, and an id is its key with a suffix', () => {
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

test('ids that differ in case alone are two records', () => {
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
])('%j does not have the shape of an id and stays as it is', text => {
  expect(isSalesforceId(text)).toBe(false)
  expect(longId(text)).toBe(text)
})
