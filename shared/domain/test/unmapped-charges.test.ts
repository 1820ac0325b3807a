import { expect, test } from 'vitest'
import { type Account, calendarOf, collectUnmapped, unmappedNames } from '../index.ts'
import { anAccount, IN_GRACE, LAPSED, TODAY } from './account-builder.ts'
import { CHARGE_OF, PLANS } from './rules.ts'

const namesOf = (account: Account) => unmappedNames(account, { plans: PLANS, calendar: calendarOf(TODAY) })

function unmappedOf(...accounts: Account[]) {
  const unmapped = collectUnmapped()
  for (const account of accounts) unmapped.add(account, namesOf(account))
  return unmapped.finish()
}

function buyer(number: number, arr: number, ...names: string[]): Account {
  const build = anAccount({ salesforce_id: `00161000000000${number}`, arr })
  return build.withSubscription(it => names.reduce((built, name) => built.withCharge(name), it)).build()
}

test('an active charge name without a section is listed with its accounts and their total ARR, highest ARR first', () => {
  expect(
    unmappedOf(buyer(1, 10.1, 'New A'), buyer(2, 20.2, ' New A ', 'New B'), buyer(3, 500, 'New B')),
  ).toEqual([
    { charge_name: 'New B', accounts: 2, arr: 520.2, salesforce_ids: ['001610000000002', '001610000000003'] },
    { charge_name: 'New A', accounts: 2, arr: 30.3, salesforce_ids: ['001610000000001', '001610000000002'] },
  ])
})

test('names with the same ARR are in alphabetical order, regardless of their order in the file', () => {
  const names = (account: Account) => unmappedOf(account).map(({ charge_name }) => charge_name)
  expect(names(buyer(1, 10, 'New B', 'New A'))).toEqual(['New A', 'New B'])
  expect(names(buyer(1, 10, 'New A', 'New B'))).toEqual(['New A', 'New B'])
})

test('an account that bought an SKU several times counts once', () => {
  const account = anAccount({ arr: 100 })
    .withSubscription(it => it.withCharge('New A').withCharge('New A'))
    .withSubscription(it => it.withCharge('New A'))
    .build()
  expect(unmappedOf(account)).toMatchObject([{ accounts: 1, arr: 100 }])
})

test('all accounts are counted, and ten of their ids listed', () => {
  const accounts = Array.from({ length: 12 }, (_, index) => buyer(index, 1, 'New A'))
  const [unmapped] = unmappedOf(...accounts)
  expect(unmapped).toMatchObject({ accounts: 12, arr: 12 })
  expect(unmapped?.salesforce_ids).toEqual(accounts.slice(0, 10).map(({ salesforce_id }) => salesforce_id))
})

test('a charge in grace is listed, even without a subscription; known, expired and nameless charges are not', () => {
  const account = anAccount()
    .withSubscription(it =>
      it
        .withCharge('In grace', { ends: IN_GRACE })
        .withCharge('Expired', { ends: LAPSED })
        .withCharge(CHARGE_OF.edu)
        .withCharge('  ')
        .withCharge(null),
    )
    .withLooseCharge('Stray')
    .build()
  expect(unmappedOf(account).map(({ charge_name }) => charge_name)).toEqual(['In grace', 'Stray'])
})

test('nothing unmapped is an empty list', () => {
  expect(unmappedOf(buyer(1, 10, CHARGE_OF.edu))).toEqual([])
})

test('what was found in the last accounts can be added, unrounded', () => {
  const accounts = [
    buyer(1, 10.004, 'New A'),
    buyer(2, 20.2, 'New B'),
    ...Array.from({ length: 12 }, (_, index) => buyer(index + 3, 0.004, 'New A', 'New C')),
  ]
  for (const first of [0, 1, 7, accounts.length]) {
    const unmapped = collectUnmapped()
    const others = collectUnmapped()
    for (const account of accounts.slice(0, first)) unmapped.add(account, namesOf(account))
    for (const account of accounts.slice(first)) others.add(account, namesOf(account))
    unmapped.addFound(others.found())
    expect(unmapped.finish()).toEqual(unmappedOf(...accounts))
  }
})

test("an account's names are in the order of its charges, each once", () => {
  const account = buyer(1, 10, 'New B', CHARGE_OF.edu, ' New A ', 'New B')
  expect(namesOf(account)).toEqual(['New B', 'New A'])
})
