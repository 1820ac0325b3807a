import { expect, test } from 'vitest'
import { countsWithout, fallenCounts, gatherCounter, missingKeys } from '../index.ts'

const ID = '00100000000000'
const KEYED = `${ID}1AAA`
function counted(kind: Parameters<typeof gatherCounter>[0], records: readonly object[]) {
  const counter = gatherCounter(kind)
  for (const record of records) counter.add(record)
  return counter.shape()
}
const account = (digit: string, given: object = {}) => ({
  ...{ salesforce_id: `${ID}${digit}AAA`, type: 'Customer', arr: 5, subs: [{}], charges: [{}] },
  ...{ restricted: false, exception: false, ...given },
})

test('the counts of accounts cover what the rules decide by', () => {
  const { counts, keys } = counted('accounts', [
    account('1', { restricted: true }),
    account('2', { subs: [], arr: 0, exception: true }),
    account('3', { charges: [], type: 'Former Customer' }),
  ])
  expect(counts).toEqual({
    accounts: 3,
    'accounts with subs': 2,
    'accounts with charges': 2,
    'accounts of Type Customer': 2,
    'accounts with arr above 0': 2,
    'restricted accounts': 1,
    'accounts with the exception': 1,
  })
  expect([...keys.keys()]).toEqual([`${ID}1`, `${ID}2`, `${ID}3`])
})

test('marked organizations and users do not count', () => {
  const organization = { salesforce_id: KEYED, account_type: 'customer', mark_for_deletion: false }
  const organizations = [
    { ...organization, id: 1 },
    { ...organization, id: 2, mark_for_deletion: true },
    { ...organization, id: 3, salesforce_id: ' ', account_type: null },
    { ...organization, id: 4, salesforce_id: null, sfdc_short_id: `${ID}4`, account_type: ' ' },
    { ...organization, id: 5, salesforce_id: 'PRIORITY PROSPECT', account_type: null },
  ]
  expect(counted('organizations', organizations).counts).toEqual({
    organizations: 4,
    'organizations with a key': 2,
    'organizations with an account_type': 1,
  })
  const user = { role: 'end-user', organization_id: 5, not_in_sfdc: false }
  const users = [
    { ...user, id: 1 },
    { ...user, id: 2, organization_id: null },
    { ...user, id: 3, role: 'agent' },
    { ...user, id: 4, not_in_sfdc: true },
  ]
  expect(counted('users', users).counts).toEqual({ 'end-users': 2, 'end-users with an organization': 1 })
})

test('all partners and contacts count; a partner’s key is its match key, a contact’s its organization', () => {
  const partners = counted('partners', [
    { salesforce_id: `${ID}1AAA` },
    { salesforce_id: `${ID}2` },
    { salesforce_id: 'PRIORITY PROSPECT' },
  ])
  expect(partners.counts).toEqual({ partners: 3 })
  expect([...partners.keys.keys()]).toEqual([`${ID}1`, `${ID}2`, 'PRIORITY PROSPECT'])
  const contacts = counted('contacts', [
    { email: 'ada@tanuki.example', organization_id: 5 },
    { email: 'bob@tanuki.example', organization_id: 5 },
    { email: 'eve@fox.example', organization_id: 6 },
  ])
  expect(contacts.counts).toEqual({ contacts: 3 })
  expect([...contacts.keys.keys()]).toEqual(['of organization 5', 'of organization 6'])
})

test('an account whose salesforce_id gives no key counts under its text', () => {
  const { counts, keys } = counted('accounts', [account('1', { salesforce_id: 'PRIORITY PROSPECT' })])
  expect(counts.accounts).toBe(1)
  expect([...keys.keys()]).toEqual(['PRIORITY PROSPECT'])
})

test.each([
  [8, 10, false],
  [80, 100, false],
  [79, 100, true],
  [7, 10, true],
  [0, 2, false],
  [0, 3, true],
])('%d of %d: fallen %s', (now, before, isFallen) => {
  expect(fallenCounts({ partners: now }, { partners: before }).length > 0).toBe(isFallen)
})

test('a lost part is found although the total stays, and the records that lost it are named', () => {
  const before = counted(
    'accounts',
    ['1', '2', '3', '4'].map(digit => account(digit, { exception: true })),
  )
  const now = counted(
    'accounts',
    ['1', '2', '3', '4'].map(digit => account(digit, { exception: digit === '1' })),
  )
  const fallen = fallenCounts(now.counts, before.counts)
  expect(fallen).toEqual([{ count: 'accounts with the exception', now: 1, before: 4 }])
  expect(missingKeys(fallen, now, before.keys)).toEqual([`${ID}2`, `${ID}3`, `${ID}4`])
})

test('a count that the last run did not have has not fallen', () => {
  expect(fallenCounts({ partners: 0 }, {})).toEqual([])
})

test('the first ten missing records are named, and only if they were in the fallen count', () => {
  const digits = [...'0123456789abcdef']
  const before = counted(
    'accounts',
    digits.map(digit => account(digit, { restricted: digit !== '0' })),
  )
  const now = counted('accounts', [account('1', { restricted: true })])
  const fallen = fallenCounts(
    { 'restricted accounts': now.counts['restricted accounts'] ?? 0 },
    before.counts,
  )
  expect(fallen).toEqual([{ count: 'restricted accounts', now: 1, before: 15 }])
  expect(missingKeys(fallen, now, before.keys)).toEqual([...'23456789ab'].map(digit => ID + digit))
})

test('records that the sync has marked since do not count as missing', () => {
  const organization = (id: number) => ({
    id,
    salesforce_id: KEYED,
    account_type: id > 1 ? 'customer' : null,
  })
  const before = counted('organizations', [1, 2, 3].map(organization))
  expect(countsWithout(before, new Set(['1', '3', '77']))).toEqual({
    organizations: 1,
    'organizations with a key': 1,
    'organizations with an account_type': 1,
  })
})
