import { expect, test } from 'vitest'
import { z } from 'zod'
import { readRows } from '../index.ts'

const CONTACT = z.object({ Name: z.string() })

test('the error about an unexpected row names its object, its id and the attribute', () => {
  const attributes = { type: 'Contact', url: '/services/data/v60.0/sobjects/Contact/003000000000001AAA' }
  expect(() => readRows([{ attributes, Name: 7 }], CONTACT, 'Contact')).toThrow(
    /^Salesforce: Contact 003000000000001AAA: Name: /,
  )
})

test('expected rows are returned as the schema reads them', () => {
  expect(readRows([{ Name: 'Ann', Email: 'ann@example.com' }], CONTACT, 'Contact')).toEqual([{ Name: 'Ann' }])
})
