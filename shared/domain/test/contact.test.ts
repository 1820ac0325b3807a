import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Contact, contactFromSalesforce, distinctContacts, organizationIds } from '../index.ts'
import { ACCOUNT_ID } from './account-builder.ts'

test('a contact is read with the id of its account', () => {
  const row = { Name: ' Ada ', Email: 'Ada@agency.example', Account: { Account_ID_18__c: ACCOUNT_ID } }
  expect(contactFromSalesforce.parse(row)).toEqual({
    name: ' Ada ',
    email: 'Ada@agency.example',
    salesforce_id: ACCOUNT_ID,
  })
  expect(contactFromSalesforce.safeParse({ ...row, Account: null }).success).toBe(false)
})

test('if organizations share a salesforce_id, the one that the comparison matches counts; those without a key do not', () => {
  const organization = (id: number, salesforce_id: string | null) => ({
    id,
    name: `Org ${id}`,
    salesforce_id,
    sfdc_short_id: ACCOUNT_ID,
    mark_for_deletion: false,
  })
  const ids = organizationIds([
    organization(30, ACCOUNT_ID),
    organization(20, ` ${ACCOUNT_ID.slice(0, 15)} `),
    organization(40, ACCOUNT_ID),
    organization(5, ACCOUNT_ID.slice(0, 15).toLowerCase()),
    organization(1, null),
    organization(2, ' '),
    organization(3, 'PRIORITY PROSPECT'),
  ])
  expect([...ids]).toEqual([
    [ACCOUNT_ID.slice(0, 15), 20],
    [ACCOUNT_ID.slice(0, 15).toLowerCase(), 5],
  ])
})

describe('if several contacts have the same address', () => {
  const contact = (name: string, organization_id: number, email = 'ada@agency.example'): Contact => ({
    name,
    organization_id,
    email,
  })

  test('the lowest organization_id stays, compared as a number and not as text', () => {
    expect(distinctContacts([contact('A', 100), contact('B', 20)])).toEqual([contact('B', 20)])
  })

  test('within one organization, the name that sorts first stays', () => {
    expect(distinctContacts([contact('Zoe', 20), contact('Ada', 20), contact('Bob', 20)])).toEqual([
      contact('Ada', 20),
    ])
  })

  test('the same contacts stay, regardless of the order of the answer', () => {
    const contacts = fc.array(
      fc.record({
        name: fc.constantFrom('Ada', 'Bob', 'Zoe'),
        organization_id: fc.integer({ min: 1, max: 4 }),
        email: fc.constantFrom('a@x.example', 'b@x.example', 'c@x.example'),
      }),
    )
    const shuffled = contacts.chain(list =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    )
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const distinct = distinctContacts(one)
        expect(distinctContacts(other)).toEqual(distinct)
        expect(distinct.map(({ email }) => email)).toEqual([...new Set(one.map(({ email }) => email))].sort())
      }),
    )
  })
})
