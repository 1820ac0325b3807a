import { expect, test } from 'vitest'
import {
  type Account,
  attributesOf,
  calendarOf,
  decideAccount,
  instanceObjectSchema,
  type Override,
} from '../index.ts'
import { ACCOUNT_ID, anAccount, TODAY } from './account-builder.ts'
import { CHARGE_OF, PLANS } from './rules.ts'

type Circumstances = { isAlliancePartner?: boolean; override?: Override }

function decided(account: Account, { isAlliancePartner = false, override }: Circumstances = {}) {
  return decideAccount(account, { override, isAlliancePartner, plans: PLANS, calendar: calendarOf(TODAY) })
}

/** The object of an account on each instance, or why there is none. */
function outcomesOf(account: Account, circumstances: Circumstances = {}) {
  const { global, usgov } = decided(account, circumstances).verdicts
  return [global, usgov].map(verdict => (verdict.object ? 'an object' : verdict.because))
}

const ON_BOTH = anAccount({ sold_to_email: 'account@tanuki.example' })
  .withSubscription(it => it.soldTo('ada@tanuki.example').withCharge(CHARGE_OF.sm_premium))
  .withSubscription(it => it.soldTo('bob@tanuki.example').withCharge(CHARGE_OF.usgov_12x5))
  .build()

test('an account without subscriptions has no object on any instance', () => {
  const account = anAccount().withLooseCharge(CHARGE_OF.sm_ultimate).build()
  expect(outcomesOf(account)).toEqual(['no_subscriptions', 'no_subscriptions'])
  expect(outcomesOf(account, { isAlliancePartner: true })[0]).toBe('no_subscriptions')
})

test("an alliance partner's account has no Global object (partner-sync owns it), but may have a US Government one", () => {
  expect(outcomesOf(ON_BOTH, { isAlliancePartner: true })).toEqual(['alliance_partner', 'an object'])
})

test('an account has no object on an instance that has none of its subscriptions', () => {
  const account = anAccount()
    .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium))
    .build()
  expect(outcomesOf(account)).toEqual(['an object', 'no_subscription_of_instance'])
})

test('an account that expired more than three years ago has no object, but the verdict keeps the decision', () => {
  const account = anAccount()
    .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium, { ends: '2023-06-28' }))
    .build()
  const { global } = decided(account).verdicts
  expect(global).toMatchObject({ object: null, because: 'expired_long_ago' })
  expect(global.decision?.entitlement.expiration_date).toBe('2023-06-28')
})

test('a verdict without subscriptions has no decision', () => {
  expect(decided(anAccount().build()).verdicts.global).toEqual({
    object: null,
    because: 'no_subscriptions',
    decision: null,
  })
})

test("a Global object has sold_tos and a US Government one does not; each fits its instance's artifact", () => {
  const { global, usgov } = decided(ON_BOTH).verdicts
  expect(global.object?.sold_tos).toEqual(['ada@tanuki.example', 'account@tanuki.example'])
  expect(usgov.object).not.toHaveProperty('sold_tos')
  expect(instanceObjectSchema('global').parse(global.object)).toEqual(global.object)
  expect(instanceObjectSchema('usgov').parse(usgov.object)).toEqual(usgov.object)
  for (const [instance, { object }] of [
    ['global', global],
    ['usgov', usgov],
  ] as const) {
    const keys = attributesOf(instance).map(({ key }) => key)
    expect(keys.filter(key => !Object.hasOwn(object ?? {}, key))).toEqual([])
  }
})

test('an override changes the object, and the decision says where the subscriptions belong', () => {
  const override = { salesforce_id: ACCOUNT_ID, technical_account_manager: 'Nina New', seats: 3 }
  const { placed, verdicts } = decided(ON_BOTH, { override })
  expect(verdicts.global.object).toMatchObject({ technical_account_manager: 'Nina New', seats_decimal: 3 })
  expect(verdicts.usgov.object).toMatchObject({ technical_account_manager: 'Nina New', number_of_seats: 3 })
  expect(placed.map(({ instance }) => instance)).toEqual(['global', 'usgov'])
})
