import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Account,
  calendarOf,
  collectEntitledUntil,
  type Doubt,
  decideAccount,
  doubtOf,
  doubtSchema,
  INSTANCES,
  type Instance,
  matchKey,
  readOverrides,
  readPlans,
  suspicionOf,
  unmappedNames,
} from '../index.ts'
import { ACCOUNT_ID, anAccount, day, IN_GRACE, LAPSED, TODAY } from './account-builder.ts'
import { CHARGE_OF, must } from './rules.ts'

const CALENDAR = calendarOf(TODAY)
const NO_SUPPORT = 'T-shirt'
const UNKNOWN = 'Brand New SKU'
const LOOSE_SUBSCRIPTION = 'a0S000000000STRAY0'

const PLANS = readPlans(
  {
    sm_premium: [CHARGE_OF.sm_premium],
    sm_ultimate: [CHARGE_OF.sm_ultimate],
    usgov_12x5: [CHARGE_OF.usgov_12x5],
    no_support: [NO_SUPPORT],
  },
  'plans.yml',
)

type Given = {
  override?: Record<string, unknown>
  /** The expiration_date of the account's organization, by instance. */
  organizations?: Partial<Record<Instance, unknown>> | undefined
}

function doubtAbout(account: Account, { override, organizations = {} }: Given = {}): Doubt | null {
  const entries = override ? [{ salesforce_id: account.salesforce_id, ...override }] : []
  const [applied] = [...readOverrides(entries, 'overrides.yml').byKey.values()]
  const by = { override: applied, isAlliancePartner: false, plans: PLANS, calendar: CALENDAR }
  const suspicion = suspicionOf(account, decideAccount(account, by), {
    override: applied,
    unmapped: unmappedNames(account, { plans: PLANS, calendar: CALENDAR }),
    plans: PLANS,
    calendar: CALENDAR,
  })
  return suspicion && doubtOf(suspicion, instance => entitledUntil(organizations[instance]))
}

function entitledUntil(expiration_date: unknown) {
  const collected = collectEntitledUntil(CALENDAR)
  collected.add({ salesforce_id: ACCOUNT_ID, expiration_date })
  return collected.finish().get(must(matchKey(ACCOUNT_ID)))
}

/** A charge as gathered; by default it belongs to the first subscription. */
function charge(charge_name: string | null, given: { subscription_id?: string | null; ends?: string } = {}) {
  const { subscription_id = 'a0S000000000001', ends = '2027-01-31' } = given
  const start_date = day('2020-01-01')
  return { id: 'x', name: 'C', charge_name, subscription_id, start_date, end_date: day(ends), quantity: 1 }
}

function withCharges(charges: ReturnType<typeof charge>[], given: Partial<Account> = {}): Account {
  return anAccount({ ...given, charges })
    .withSubscription()
    .build()
}

describe('unknown_charge', () => {
  test.each<[string, Account, string[]]>([
    ['on a subscription', withCharges([charge(UNKNOWN)]), [UNKNOWN]],
    ['without a subscription', withCharges([charge(UNKNOWN, { subscription_id: null })]), [UNKNOWN]],
    ['of an account without subscriptions', anAccount({ charges: [charge(UNKNOWN)] }).build(), [UNKNOWN]],
    ['next to a known one', withCharges([charge(CHARGE_OF.sm_premium), charge(UNKNOWN)]), [UNKNOWN]],
    ['on the last day of grace', withCharges([charge(UNKNOWN, { ends: IN_GRACE })]), [UNKNOWN]],
    ['that differs by inner spaces', withCharges([charge('Premium  - 1 Year')]), ['Premium  - 1 Year']],
    ['that differs by case', withCharges([charge('premium - 1 year')]), ['premium - 1 year']],
    ['without a name', withCharges([charge(null)]), ['']],
    ['of a former customer', withCharges([charge(UNKNOWN)], { type: 'Former Customer', arr: 0 }), [UNKNOWN]],
  ])('an active unknown charge %s puts the account in doubt on every instance', (_what, account, names) => {
    expect(doubtAbout(account)).toEqual({
      salesforce_id: ACCOUNT_ID,
      instances: INSTANCES,
      reason: 'unknown_charge',
      charge_names: names,
      arr: account.arr,
    })
  })

  test.each<[string, ReturnType<typeof charge>]>([
    ['is over', charge(UNKNOWN, { ends: LAPSED })],
    ['is listed in no_support', charge(NO_SUPPORT)],
    ['is listed in no_support and belongs to no subscription', charge(NO_SUPPORT, { subscription_id: null })],
    ['is listed, but for the white space around its name', charge(` ${CHARGE_OF.sm_premium} `)],
  ])('a charge that %s is no reason for doubt', (_what, one) => {
    expect(doubtAbout(withCharges([one]))).toBeNull()
  })

  test('charge_names has each unknown name once, in the order of the charges', () => {
    const names = ['Zebra', CHARGE_OF.sm_premium, ' Ant ', 'Zebra', NO_SUPPORT, 'Ant', 'Mule']
    expect(doubtAbout(withCharges(names.map(name => charge(name))))?.charge_names).toEqual([
      'Zebra',
      'Ant',
      'Mule',
    ])
  })
})

describe('loose_charge', () => {
  const loose = (given: Parameters<typeof charge>[1] = {}) =>
    charge(CHARGE_OF.sm_premium, { subscription_id: LOOSE_SUBSCRIPTION, ...given })

  test.each<[string, Account]>([
    ['whose subscription is missing', withCharges([loose()])],
    ['without subscription_id', withCharges([loose({ subscription_id: null })])],
    ['of an account without subscriptions', anAccount({ charges: [loose()] }).build()],
    ['on the last day of grace', withCharges([loose({ ends: IN_GRACE })])],
  ])('an active valid charge %s puts the account in doubt on every instance', (_what, account) => {
    expect(doubtAbout(account)).toMatchObject({
      instances: INSTANCES,
      reason: 'loose_charge',
      charge_names: [CHARGE_OF.sm_premium],
    })
  })

  test('a charge and a subscription that both lack a subscription_id do not belong together', () => {
    const account = withCharges([loose({ subscription_id: null })])
    const subs = account.subs.map(subscription => ({ ...subscription, subscription_id: null }))
    expect(doubtAbout({ ...account, subs })).toMatchObject({ reason: 'loose_charge' })
  })

  test.each<[string, Account]>([
    ['is over', withCharges([loose({ ends: LAPSED })])],
    ['belongs to a subscription', withCharges([charge(CHARGE_OF.sm_premium)])],
  ])('a valid charge that %s is no reason for doubt', (_what, account) => {
    expect(doubtAbout(account)).toBeNull()
  })

  test('charge_names has each loose name once, in order', () => {
    const charges = [
      loose(),
      charge(CHARGE_OF.usgov_12x5),
      charge(` ${CHARGE_OF.sm_ultimate}`, { subscription_id: null }),
      loose(),
    ]
    expect(doubtAbout(withCharges(charges))?.charge_names).toEqual([
      CHARGE_OF.sm_premium,
      CHARGE_OF.sm_ultimate,
    ])
  })

  test('an unknown charge comes first, and charge_names has the unknown names only', () => {
    expect(doubtAbout(withCharges([loose(), charge(UNKNOWN)]))).toMatchObject({
      reason: 'unknown_charge',
      charge_names: [UNKNOWN],
    })
  })
})

describe('vanished', () => {
  const NOT_OVER = '2027-03-31'
  const both = { global: NOT_OVER, usgov: NOT_OVER }
  const nothing = anAccount().build()

  test.each<[string, Account, Given['organizations'], Instance[]]>([
    ['has no charges, while both say it is entitled', nothing, both, ['global', 'usgov']],
    ['has no charges, while Global says it is entitled', nothing, { global: NOT_OVER }, ['global']],
    ['has no charges, while US Government says so', nothing, { usgov: NOT_OVER }, ['usgov']],
    ['has no charges on the last day of grace', nothing, { global: IN_GRACE }, ['global']],
    ['has only charges that give no support', withCharges([charge(NO_SUPPORT)]), both, ['global', 'usgov']],
    [
      "has charges that end a day before its organization's date",
      withCharges([charge(CHARGE_OF.sm_premium, { ends: '2027-03-30' })]),
      { global: NOT_OVER, usgov: '2027-03-30' },
      ['global'],
    ],
    [
      'has a loose charge that is over',
      withCharges([charge(CHARGE_OF.sm_premium, { subscription_id: null, ends: LAPSED })]),
      { usgov: IN_GRACE },
      ['usgov'],
    ],
    ['is entitled by a date with white space around it', nothing, { global: ` ${NOT_OVER} ` }, ['global']],
  ])('a paying customer that %s is in doubt', (_what, account, organizations, instances) => {
    expect(doubtAbout(account, { organizations })).toEqual({
      salesforce_id: ACCOUNT_ID,
      instances,
      reason: 'vanished',
      charge_names: [],
      arr: 1200,
    })
  })

  test.each<[string, Account, Given['organizations']]>([
    ['has no organization', nothing, {}],
    ['has an organization that is over', nothing, { global: LAPSED }],
    ['has an organization without a date', nothing, { global: null, usgov: '' }],
    ['has an organization with words for a date', nothing, { global: 'never', usgov: '2027-02-29' }],
    ['has an organization with a number for a date', nothing, { global: 20270331 }],
    ['is a former customer', anAccount({ type: 'Former Customer' }).build(), both],
    ['has no type', anAccount({ type: null }).build(), both],
    ['pays nothing', anAccount({ arr: 0 }).build(), both],
    ['pays less than nothing', anAccount({ arr: -1 }).build(), both],
    [
      'has a charge to the same day',
      withCharges([charge(CHARGE_OF.sm_premium, { ends: NOT_OVER })]),
      { global: NOT_OVER },
    ],
    [
      'has two charges, of which the last one ends later',
      withCharges([
        charge(CHARGE_OF.sm_premium, { ends: '2026-07-01' }),
        charge(CHARGE_OF.sm_ultimate, { ends: '2027-04-01' }),
      ]),
      { global: NOT_OVER },
    ],
    [
      'has two charges, of which the first one ends later',
      withCharges([
        charge(CHARGE_OF.sm_premium, { ends: '2027-04-01' }),
        charge(CHARGE_OF.sm_ultimate, { ends: '2026-07-01' }),
      ]),
      { global: NOT_OVER },
    ],
  ])('an account that %s has not vanished', (_what, account, organizations) => {
    expect(doubtAbout(account, { organizations })).toBeNull()
  })

  test('an unknown charge and a loose one come first, and apply to every instance', () => {
    const organizations = { usgov: NOT_OVER }
    expect(doubtAbout(withCharges([charge(UNKNOWN)]), { organizations })).toMatchObject({
      reason: 'unknown_charge',
      instances: INSTANCES,
    })
    const loose = charge(CHARGE_OF.sm_premium, { subscription_id: null, ends: '2026-07-01' })
    expect(doubtAbout(withCharges([loose]), { organizations })).toMatchObject({
      reason: 'loose_charge',
      instances: INSTANCES,
    })
  })
})

describe('an override that sets expiration_date', () => {
  const global = anAccount().withSubscription(it =>
    it.withCharge(CHARGE_OF.sm_premium, { ends: '2026-12-31' }).withCharge(UNKNOWN),
  )
  const override = { expiration_date: '2027-06-30' }

  test('removes the doubt only on the instance that has an object', () => {
    expect(doubtAbout(global.build(), { override })).toMatchObject({
      reason: 'unknown_charge',
      instances: INSTANCES.filter(instance => instance !== 'global'),
    })
  })

  test('removes the doubt on each instance that has an object', () => {
    const account = anAccount()
      .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium).withCharge(UNKNOWN))
      .withSubscription(it => it.withCharge(CHARGE_OF.usgov_12x5))
      .build()
    expect(doubtAbout(account)).not.toBeNull()
    expect(doubtAbout(account, { override })).toBeNull()
  })

  test('removes no doubt if there is no object', () => {
    expect(doubtAbout(withCharges([charge(UNKNOWN)]), { override })).toMatchObject({
      instances: INSTANCES,
    })
  })

  test('removes the doubt of a loose charge too', () => {
    const account = anAccount()
      .withSubscription(it => it.withCharge(CHARGE_OF.usgov_12x5))
      .withLooseCharge(CHARGE_OF.sm_premium)
      .build()
    expect(doubtAbout(account, { override })).toMatchObject({ reason: 'loose_charge', instances: ['global'] })
  })

  test('removes the doubt of a vanished account too', () => {
    const account = anAccount()
      .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium, { ends: '2026-07-01' }))
      .build()
    const organizations = { global: '2027-03-31', usgov: '2027-03-31' }
    expect(doubtAbout(account, { organizations })).toMatchObject({ instances: ['global', 'usgov'] })
    expect(doubtAbout(account, { organizations, override })).toMatchObject({ instances: ['usgov'] })
  })

  test.each([{ seats: 5 }, { support_level: 'gold' }, { sub_edu: true }, { reason: 'x' }])(
    'an override with only %j removes no doubt',
    other => {
      expect(doubtAbout(global.build(), { override: other })?.instances).toEqual(INSTANCES)
    },
  )
})

test('a doubt has the 18-character salesforce_id', () => {
  const account = withCharges([charge(UNKNOWN)], { salesforce_id: ACCOUNT_ID.slice(0, 15) })
  expect(doubtAbout(account)?.salesforce_id).toBe(ACCOUNT_ID)
})

test('a doubt fits its artifact', () => {
  const doubt = must(doubtAbout(withCharges([charge(UNKNOWN)])))
  expect(doubtSchema.parse(doubt)).toEqual(doubt)
  expect(doubtSchema.safeParse({ ...doubt, reason: 'a feeling' }).success).toBe(false)
  expect(doubtSchema.safeParse({ ...doubt, instances: ['mars'] }).success).toBe(false)
})

test('an account is in doubt if the table of reasons says so, and only then', () => {
  const names = [CHARGE_OF.sm_premium, CHARGE_OF.usgov_12x5, NO_SUPPORT, UNKNOWN]
  const ends = fc.constantFrom(LAPSED, IN_GRACE, '2026-12-31', '2027-12-31')
  const charges = fc.array(
    fc
      .record({
        name: fc.constantFrom(...names),
        subscription_id: fc.constantFrom('a0S000000000001', LOOSE_SUBSCRIPTION, null),
        ends,
      })
      .map(({ name, ...given }) => charge(name, given)),
    { maxLength: 3 },
  )
  const dates = fc.constantFrom(null, 'soon', LAPSED, IN_GRACE, '2027-01-01', '2027-12-31')
  const details = fc.record({
    arr: fc.constantFrom(-5, 0, 10),
    type: fc.constantFrom('Customer', 'Former Customer'),
  })
  fc.assert(
    fc.property(charges, details, dates, dates, (gathered, given, global, usgov) => {
      const account = withCharges(gathered, given)
      expect(doubtAbout(account, { organizations: { global, usgov } })).toEqual(
        expectedDoubt(account, [
          ['global', global],
          ['usgov', usgov],
        ]),
      )
    }),
    { numRuns: 500 },
  )
})

/** The table of reasons again, for the plans of this file and accounts without an override. */
function expectedDoubt(account: Account, organizations: [Instance, string | null][]): Doubt | null {
  const valid: (string | null)[] = [CHARGE_OF.sm_premium, CHARGE_OF.usgov_12x5]
  const found = { salesforce_id: ACCOUNT_ID, arr: account.arr }
  const unknown = account.charges.some(
    ({ charge_name, end_date }) => charge_name === UNKNOWN && end_date >= IN_GRACE,
  )
  if (unknown)
    return { ...found, instances: [...INSTANCES], reason: 'unknown_charge', charge_names: [UNKNOWN] }
  const loose: string[] = []
  for (const { charge_name, end_date, subscription_id } of account.charges) {
    const isLoose =
      valid.includes(charge_name) && end_date >= IN_GRACE && subscription_id !== 'a0S000000000001'
    if (isLoose && charge_name !== null && !loose.includes(charge_name)) loose.push(charge_name)
  }
  if (loose.length > 0)
    return { ...found, instances: [...INSTANCES], reason: 'loose_charge', charge_names: loose }
  let latest = ''
  for (const { charge_name, end_date } of account.charges)
    if (valid.includes(charge_name) && end_date > latest) latest = end_date
  const instances = organizations
    .filter(([, date]) => date !== null && date !== 'soon' && date >= IN_GRACE && date > latest)
    .map(([instance]) => instance)
  const isPaying = account.type === 'Customer' && account.arr > 0
  return isPaying && instances.length > 0
    ? { ...found, instances, reason: 'vanished', charge_names: [] }
    : null
}
