import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ATTRIBUTES, type Changes, type Doubt, heldSchema, withheldChanges } from '../index.ts'

type Change = Changes[string]
type Levels = { current: unknown; wanted: unknown }

/** Highest first. */
const LEVELS = ['ultimate', 'gold', 'premium', 'silver', 'consumption_only', 'custom', 'community', 'expired']
const SAME: Levels = { current: 'premium', wanted: 'premium' }
const LOWER: Levels = { current: 'premium', wanted: 'silver' }
const REASONS: Doubt['reason'][] = ['unknown_charge', 'loose_charge', 'vanished']
const ABOUT_CHARGES: Doubt['reason'][] = ['unknown_charge', 'loose_charge']

/** The attributes of the entitlement. */
const ENTITLEMENT = [
  'account_type',
  'support_level',
  'expiration_date',
  'aar',
  'arr',
  'seats_decimal',
  'number_of_seats',
  'emergency_support_24x7',
  ...ATTRIBUTES.map(({ key }) => key).filter(key => key.startsWith('sub_')),
]
const OTHERS = ATTRIBUTES.map(({ key }) => key).filter(key => !ENTITLEMENT.includes(key))

/** The keys of the changes that are held back. */
function heldBackOf(changes: Changes, reason: Doubt['reason'], levels: Levels): string[] {
  return Object.keys(withheldChanges(changes, reason, levels).withheld)
}

function changesOf(keys: readonly string[], change: Change): Changes {
  return Object.fromEntries(keys.map(key => [key, change]))
}

describe('if the support level falls', () => {
  test.each(REASONS)(
    '%s: all entitlement attributes are held back, and the others stay in the plan',
    reason => {
      // Even a higher value is held back, because no part of the entitlement changes.
      const changes = changesOf([...ENTITLEMENT, ...OTHERS], { from: false, to: true })
      const { kept, withheld } = withheldChanges(changes, reason, LOWER)
      expect(Object.keys(withheld).sort()).toEqual([...ENTITLEMENT].sort())
      expect(Object.keys(kept).sort()).toEqual([...OTHERS].sort())
      expect({ ...kept, ...withheld }).toEqual(changes)
    },
  )

  test.each(
    LEVELS.flatMap((current, rank) =>
      LEVELS.map((wanted, other) => [current, wanted, other > rank] as const),
    ),
  )('from %s to %s it falls: %j', (current, wanted, isLower) => {
    const changes = { account_type: { from: 'customer', to: 'former_customer' } }
    expect(heldBackOf(changes, 'vanished', { current, wanted })).toEqual(isLower ? ['account_type'] : [])
  })

  test.each([null, '', 'platinum', 'PREMIUM', true])(
    'an organization with the level %j has no level to lose',
    current => {
      const changes = changesOf(['support_level', 'aar'], { from: current, to: 'expired' })
      expect(heldBackOf(changes, 'unknown_charge', { current, wanted: 'expired' })).toEqual([])
    },
  )

  test('white space around the level in Zendesk does not hide a loss', () => {
    const changes = { aar: { from: 9, to: 0 } }
    expect(heldBackOf(changes, 'vanished', { current: ' gold ', wanted: 'expired' })).toEqual(['aar'])
  })
})

describe('if the support level does not fall', () => {
  const FALLS: [string, Change][] = [
    ...ENTITLEMENT.filter(key => key.startsWith('sub_')).map((key): [string, Change] => [
      key,
      { from: true, to: false },
    ]),
    ['emergency_support_24x7', { from: true, to: false }],
    ['seats_decimal', { from: 10, to: 9.99 }],
    ['number_of_seats', { from: 10, to: 0 }],
    ['expiration_date', { from: '2027-02-01', to: '2027-01-31' }],
    ['expiration_date', { from: ' 2027-02-01 ', to: '2027-01-31' }],
  ]

  test.each(ABOUT_CHARGES.flatMap(reason => FALLS.map(([key, change]) => [reason, key, change] as const)))(
    '%s: %s, %j, is a loss and held back',
    (reason, key, change) => {
      for (const levels of [
        SAME,
        { current: 'silver', wanted: 'premium' },
        { current: null, wanted: 'expired' },
      ])
        expect(heldBackOf({ [key]: change }, reason, levels)).toEqual([key])
    },
  )

  test.each(FALLS)('vanished: %s, %j, stays in the plan', (key, change) => {
    expect(withheldChanges({ [key]: change }, 'vanished', SAME)).toEqual({
      kept: { [key]: change },
      withheld: {},
    })
  })

  test.each<[string, Change]>([
    ['sub_edu', { from: false, to: true }],
    ['sub_edu', { from: null, to: true }],
    ['sub_edu', { from: null, to: false }],
    ['emergency_support_24x7', { from: false, to: true }],
    ['seats_decimal', { from: 9, to: 10 }],
    ['seats_decimal', { from: null, to: 0 }],
    ['number_of_seats', { from: null, to: 3 }],
    ['expiration_date', { from: '2027-01-31', to: '2027-02-01' }],
    ['expiration_date', { from: null, to: '2027-02-01' }],
    ['expiration_date', { from: 'never', to: '2027-02-01' }],
    ['support_level', { from: 'silver', to: 'premium' }],
    ['account_type', { from: 'open_partner', to: 'customer' }],
    ['aar', { from: 100, to: 50 }],
    ['arr', { from: 100, to: 50 }],
    ['support_hold', { from: true, to: false }],
    ['mark_for_deletion', { from: true, to: false }],
    ['account_owner', { from: 'Olga', to: null }],
  ])('unknown_charge and loose_charge: %s, %j, is not a loss and stays in the plan', (key, change) => {
    for (const reason of ABOUT_CHARGES) expect(heldBackOf({ [key]: change }, reason, SAME)).toEqual([])
  })
})

describe('a record of the held artifact', () => {
  const mark = {
    id: 7,
    salesforce_id: null,
    name: '',
    withheld: 'mark',
    reason: 'keys_disagree',
    changes: null,
  }

  test.each([
    mark,
    { ...mark, salesforce_id: 'PRIORITY PROSPECT' },
    ...REASONS.map(reason => ({ ...mark, reason })),
    { ...mark, withheld: 'loss', reason: 'vanished', changes: { aar: { from: 9, to: 0 } } },
  ])('%j is accepted', record => {
    expect(heldSchema.parse(record)).toEqual(record)
  })

  test.each([{ id: '7' }, { withheld: 'update' }, { reason: 'a feeling' }, { changes: { aar: 0 } }])(
    'is refused with %j',
    wrong => {
      expect(heldSchema.safeParse({ ...mark, ...wrong }).success).toBe(false)
    },
  )
})

test('exactly the changes that take something away are withheld, and no change is lost', () => {
  const values = {
    sub_oss: fc.record({ from: fc.constantFrom(true, false, null), to: fc.boolean() }),
    seats_decimal: fc.record({ from: fc.option(fc.nat(9)), to: fc.nat(9) }),
    expiration_date: fc.record({
      from: fc.constantFrom(null, 'never', '2026-05-01', '2027-05-01'),
      to: fc.constantFrom('2026-05-01', '2026-12-31', '2028-01-01'),
    }),
    aar: fc.record({ from: fc.option(fc.nat(9)), to: fc.nat(9) }),
    org_region: fc.record({ from: fc.constantFrom(null, 'emea'), to: fc.constantFrom(null, 'apj') }),
  }
  const anyChanges = fc.record(values, { requiredKeys: [] })
  const current = fc.constantFrom(...LEVELS, null, 'platinum')
  fc.assert(
    fc.property(
      anyChanges,
      fc.constantFrom(...REASONS),
      current,
      fc.constantFrom(...LEVELS),
      (changes, reason, from, to) => {
        const expected = new Set<string>()
        if (from !== null && LEVELS.includes(from) && LEVELS.indexOf(to) > LEVELS.indexOf(from)) {
          for (const key of ['sub_oss', 'seats_decimal', 'expiration_date', 'aar']) expected.add(key)
        } else if (reason !== 'vanished') {
          const { sub_oss, seats_decimal, expiration_date } = changes
          if (sub_oss?.from === true && !sub_oss.to) expected.add('sub_oss')
          if ((seats_decimal?.from ?? -1) > (seats_decimal?.to ?? 0)) expected.add('seats_decimal')
          const before = expiration_date?.from
          if (before?.startsWith('20') && before > (expiration_date?.to ?? ''))
            expected.add('expiration_date')
        }
        const { kept, withheld } = withheldChanges(changes, reason, { current: from, wanted: to })
        expect(new Set(Object.keys(withheld))).toEqual(
          new Set(Object.keys(changes).filter(key => expected.has(key))),
        )
        expect({ ...kept, ...withheld }).toEqual(changes)
        expect(Object.keys(kept).filter(key => key in withheld)).toEqual([])
      },
    ),
    { numRuns: 500 },
  )
})
