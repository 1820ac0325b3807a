import { expect, test } from 'vitest'
import { z } from 'zod'
import { readRows } from '../index.ts'

const CONTACT = z.object({ Name: z.string() })

test('a row that is not as expected is named by its object, its id and the attribute', () => {
  const attributes = { type: 'Contact', url: '/services/data/v60.0/sobjects/Contact/003000000000001AAA' }
  expect(() => readRows([{ attributes, Name: 7 }], CONTACT, 'Contact')).toThrow(
    /^Salesforce: Contact 003000000000001AAA: Name: /,
  )
})

test('rows that are as expected are given as the schema reads them', () => {
  expect(readRows([{ Name: 'Ann', Email: 'ann@example.com' }], CONTACT, 'Contact')).toEqual([{ Name: 'Ann' }])
})
