import { expect, test } from 'vitest'
import { type Account, chargesOf } from '../index.ts'
import { anAccount, IN_GRACE, LAPSED } from './account-builder.ts'
import { CHARGE_OF, decisionOf, objectOf } from './rules.ts'

const EXPIRED = { ends: LAPSED }

/** The subscription ids that each instance takes. */
function placesOf(account: Account) {
  const ids = (instance: 'global' | 'usgov') =>
    decisionOf(account, instance)?.selected.map(({ subscription }) => subscription.subscription_id) ??
    'no object'
  return { global: ids('global'), usgov: ids('usgov') }
}

const FIRST = 'a0S000000000001'
const SECOND = 'a0S000000000002'

test('an account without subscriptions has no object', () => {
  const account = anAccount().withLooseCharge(CHARGE_OF.sm_ultimate).build()
  expect(placesOf(account)).toEqual({ global: 'no object', usgov: 'no object' })
})

test('a subscription without a valid charge has no object', () => {
  const account = anAccount()
    .withSubscription(subscription => subscription.withCharge('Training Day'))
    .withSubscription()
    .build()
  expect(placesOf(account)).toEqual({ global: 'no object', usgov: 'no object' })
})

test('a charge without a name does not decide', () => {
  const account = anAccount()
    .withSubscription(it => it.withCharge(null).withCharge(CHARGE_OF.usgov_12x5, EXPIRED))
    .build()
  expect(placesOf(account)).toEqual({ global: 'no object', usgov: [FIRST] })
})

test('a loose charge changes neither the level nor the date', () => {
  const account = anAccount()
    .withSubscription(subscription => subscription.withCharge(CHARGE_OF.sm_premium, { ends: '2026-08-01' }))
    .withLooseCharge(CHARGE_OF.sm_ultimate)
    .build()
  expect(objectOf(account, 'global')).toMatchObject({
    support_level: 'premium',
    sub_sm_ultimate: false,
    expiration_date: '2026-08-01',
  })
})

test('a charge without a subscription_id does not belong to a subscription without one', () => {
  const account = anAccount()
    .withSubscription(subscription => subscription.withCharge(CHARGE_OF.sm_premium))
    .build()
  const withoutIds = {
    ...account,
    subs: account.subs.map(subscription => ({ ...subscription, subscription_id: null })),
    charges: account.charges.map(charge => ({ ...charge, subscription_id: null })),
  }
  expect(decisionOf(account, 'global')).not.toBeNull()
  expect(decisionOf(withoutIds, 'global')).toBeNull()
  expect(withoutIds.subs.flatMap(subscription => chargesOf(withoutIds, subscription))).toEqual([])
})

test('charge names match exactly after trimming: inner spaces and case are significant', () => {
  const named = (name: string) =>
    anAccount()
      .withSubscription(subscription => subscription.withCharge(name))
      .build()
  expect(decisionOf(named(`  ${CHARGE_OF.gitlab_dedicated}\t`), 'global')).not.toBeNull()
  expect(decisionOf(named(CHARGE_OF.gitlab_dedicated.replace('  ', ' ')), 'global')).toBeNull()
  expect(decisionOf(named(CHARGE_OF.gitlab_dedicated.toLowerCase()), 'global')).toBeNull()
})

test('one US Government charge claims its whole subscription, and no other subscription', () => {
  const account = anAccount()
    .withSubscription(it => it.withCharge(CHARGE_OF.sm_ultimate).withCharge(CHARGE_OF.usgov_12x5))
    .withSubscription(it => it.withCharge(CHARGE_OF.dotcom_premium))
    .build()
  expect(placesOf(account)).toEqual({ global: [SECOND], usgov: [FIRST] })
  expect(objectOf(account, 'global')).toMatchObject({ support_level: 'premium', sub_sm_ultimate: false })
  expect(objectOf(account, 'usgov')).toMatchObject({ support_level: 'ultimate', sub_sm_ultimate: true })
})

test("an exception's subscriptions are placed one by one: dotcom plans stay on Global", () => {
  const account = anAccount({ exception: true })
    .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium))
    .withSubscription(it => it.withCharge(CHARGE_OF.dotcom_ultimate))
    .build()
  expect(placesOf(account)).toEqual({ global: [SECOND], usgov: [FIRST] })
})

test('an expired US Government add-on does not keep a live subscription off Global', () => {
  const account = anAccount()
    .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium).withCharge(CHARGE_OF.usgov_24x7, EXPIRED))
    .build()
  expect(placesOf(account)).toEqual({ global: [FIRST], usgov: 'no object' })
})

test('a US Government add-on decides until its last day of grace', () => {
  const account = (ends: string) =>
    anAccount()
      .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium).withCharge(CHARGE_OF.usgov_24x7, { ends }))
      .build()
  expect(placesOf(account(IN_GRACE))).toEqual({ global: 'no object', usgov: [FIRST] })
  expect(placesOf(account(LAPSED))).toEqual({ global: [FIRST], usgov: 'no object' })
})

test('an expired Global plan does not keep a live US Government add-on off US Government', () => {
  const account = anAccount()
    .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium, EXPIRED).withCharge(CHARGE_OF.usgov_24x7))
    .build()
  expect(placesOf(account)).toEqual({ global: 'no object', usgov: [FIRST] })
})

test('an active charge that is not valid does not decide; then all valid charges decide', () => {
  const account = anAccount()
    .withSubscription(it =>
      it
        .withCharge('Training Day')
        .withCharge(CHARGE_OF.sm_premium, EXPIRED)
        .withCharge(CHARGE_OF.usgov_12x5, EXPIRED),
    )
    .build()
  expect(placesOf(account)).toEqual({ global: 'no object', usgov: [FIRST] })
})

test('an expired US Government charge places the subscription if no charge is active', () => {
  const account = anAccount()
    .withSubscription(it =>
      it.withCharge(CHARGE_OF.sm_premium, EXPIRED).withCharge(CHARGE_OF.usgov_12x5, EXPIRED),
    )
    .build()
  expect(placesOf(account)).toEqual({ global: 'no object', usgov: [FIRST] })
  expect(objectOf(account, 'usgov')).toMatchObject({ support_level: 'expired' })
})

test('a mixed subscription on US Government takes the level of a plan whose checkbox is only on Global', () => {
  const account = anAccount()
    .withSubscription(it =>
      it
        .withCharge(CHARGE_OF.dotcom_gold, { quantity: 30 })
        .withCharge(CHARGE_OF.usgov_12x5, { quantity: 90 }),
    )
    .build()
  const object = objectOf(account, 'usgov')
  expect(object).toMatchObject({ support_level: 'gold', number_of_seats: 30 })
  expect(object).not.toHaveProperty('sub_dotcom_ultimate')
})
