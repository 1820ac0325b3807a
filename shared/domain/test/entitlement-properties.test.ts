import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Account, calendarOf, INSTANCES, placeSubscriptions, SUPPORT_LEVELS, soldTos } from '../index.ts'
import type { SupportLevel } from '../sections.ts'
import { anAccount, IN_GRACE, LAPSED, TODAY } from './account-builder.ts'
import { CHARGE_OF, decisionOf, objectOf, PLANS } from './rules.ts'

const charges = fc.record({
  name: fc.constantFrom(...Object.values(CHARGE_OF), 'Training Day'),
  ends: fc.constantFrom('2022-01-01', '2023-06-28', LAPSED, IN_GRACE, '2026-06-30', '2027-01-31'),
  quantity: fc.integer({ min: 0, max: 5000 }).map(hundredths => hundredths / 100),
})
const subscriptions = fc.array(fc.array(charges, { maxLength: 4 }), { maxLength: 4 })
const accounts = fc.tuple(subscriptions, fc.boolean()).map(([subs, exception]) => build(subs, exception))
const overrides = fc.option(
  fc.record(
    {
      expiration_date: fc.constantFrom(LAPSED, IN_GRACE, '2027-06-30'),
      support_level: fc.constantFrom('gold', 'custom', 'community'),
      seats: fc.nat(100),
      sub_sm_ultimate: fc.boolean(),
      sub_dotcom_ultimate: fc.boolean(),
      sub_usgov_24x7: fc.boolean(),
      usgov_fedramp: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
)

type ChargeOfSubscription = { name: string; ends: string; quantity: number }

function build(subs: ChargeOfSubscription[][], exception: boolean): Account {
  const account = anAccount({ exception })
  for (const sub of subs) {
    account.withSubscription(it =>
      sub.reduce(
        (built, { name, ...details }) => built.withCharge(name, details),
        it.soldTo(`${sub.length}@a.example`),
      ),
    )
  }
  return account.build()
}

/** All objects of an account. sold_tos are sorted: their order is that of the subscriptions. */
function outcomeOf(account: Account, override?: Record<string, unknown>) {
  const circumstances = override ? { override } : {}
  return INSTANCES.map(instance => {
    const decision = decisionOf(account, instance, circumstances)
    if (decision === null) return null
    const { included } = decision
    return {
      object: objectOf(account, instance, circumstances),
      included,
      sold_tos: soldTos(account, decision).sort(),
    }
  })
}

function shuffled<Item>(items: Item[]): fc.Arbitrary<Item[]> {
  return fc.shuffledSubarray(items, { minLength: items.length })
}

test('the order of subscriptions and charges does not matter', () => {
  const accountInTwoOrders = accounts.chain(account =>
    fc
      .tuple(shuffled(account.subs), shuffled(account.charges))
      .map(([subs, charges]) => [account, { ...account, subs, charges }] as const),
  )
  fc.assert(
    fc.property(accountInTwoOrders, overrides, ([account, other], override) => {
      expect(outcomeOf(other, override)).toEqual(outcomeOf(account, override))
    }),
  )
})

test('a subscription with a valid charge is on exactly one instance', () => {
  fc.assert(
    fc.property(accounts, account => {
      const selected = INSTANCES.flatMap(instance => decisionOf(account, instance)?.selected ?? [])
      const ids = selected.map(({ subscription }) => subscription.id)
      const withValidCharge = account.subs.filter(({ subscription_id }) =>
        account.charges.some(
          charge =>
            charge.subscription_id === subscription_id && PLANS.plan_lookup.has(charge.charge_name ?? ''),
        ),
      )
      expect(ids.sort()).toEqual(withValidCharge.map(({ id }) => id).sort())
    }),
  )
})

test("one more active charge never lowers the higher of an account's two levels (custom counts as no level)", () => {
  const rank = (account: Account): number => {
    const levels = INSTANCES.flatMap(
      instance => decisionOf(account, instance)?.entitlement.support_level ?? [],
    )
    const plans = levels.map((level): SupportLevel => (level === 'custom' ? 'expired' : level))
    return Math.min(SUPPORT_LEVELS.length, ...plans.map(level => SUPPORT_LEVELS.indexOf(level)))
  }
  const oneMore = fc
    .tuple(subscriptions, fc.nat(), fc.constantFrom(...Object.values(CHARGE_OF)), fc.boolean())
    .filter(([subs]) => subs.length > 0)
    .map(([subs, position, name, exception]) => {
      const more = { name, ends: IN_GRACE, quantity: 1 }
      const index = position % subs.length
      const added = subs.map((sub, at) => (at === index ? [...sub, more] : sub))
      return { before: build(subs, exception), after: build(added, exception), more }
    })
  fc.assert(
    fc.property(oneMore, ({ before, after, more }) => {
      expect(rank(after)).toBeLessThanOrEqual(rank(before))
      const alone = build([[more]], before.exception)
      expect(rank(after)).toBeLessThanOrEqual(rank(alone))
    }),
  )
})

test('other accounts in the file do not change a decision, and deciding does not change the account', () => {
  const files = fc.array(fc.tuple(accounts, overrides), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(files, file => {
      const before = structuredClone(file)
      const alone = before.map(([account, override]) => outcomeOf(structuredClone(account), override))
      const together = file.toReversed().map(([account, override]) => outcomeOf(account, override))
      expect(together.reverse()).toEqual(alone)
      expect(file).toEqual(before)
    }),
    { numRuns: 50 },
  )
})

test('an object is either expired, a former customer without revenue, or entitled and a customer', () => {
  fc.assert(
    fc.property(accounts, overrides, (account, override) => {
      for (const outcome of outcomeOf(account, override)) {
        if (outcome === null) continue
        const { object } = outcome
        const expired = object.support_level === 'expired'
        expect(object.account_type).toBe(expired ? 'former_customer' : 'customer')
        expect(object.aar ?? object.arr).toBe(expired ? 0 : account.arr)
        if (!('sub_usgov_12x5' in object)) continue
        if (expired) expect([object.sub_usgov_12x5, object.sub_usgov_24x7]).toEqual([false, false])
        expect(object.emergency_support_24x7).toBe(object.sub_usgov_24x7)
      }
    }),
  )
})

test('US Government has a subscription only if a charge claims it', () => {
  fc.assert(
    fc.property(accounts, account => {
      const claims = account.exception ? ['always', 'with exception'] : ['always']
      for (const { instance, deciding } of placeSubscriptions(account, PLANS, calendarOf(TODAY))) {
        const named = deciding.some(({ section }) => claims.includes(section.usgov))
        expect(instance === 'usgov').toBe(named)
      }
    }),
  )
})
