import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roundToCents } from '../field-types.ts'
import {
  type Attribute,
  attributesOf,
  BY_ORGANIZATION,
  checkbox,
  decimal,
  differences,
  type FieldType,
  getsOrganization,
  hasSalesforceId,
  integer,
  matchKey,
  organizationKey,
  organizationReader,
  organizationSchema,
  SUPPORT_LEVELS,
  text,
  toZendesk,
  unify,
} from '../index.ts'
import { organizationFromZendesk } from '../organization.ts'
import { ACCOUNT_ID } from './account-builder.ts'
import { must } from './rules.ts'

const SHORT_ID = ACCOUNT_ID.slice(0, 15)

describe('values are equal if Zendesk stores the same', () => {
  test.each<[FieldType, unknown, unknown, boolean]>([
    [text, ' Tanuki ', 'Tanuki', true],
    [text, null, '', true],
    [text, null, '  ', true],
    [text, 'Tanuki', 'tanuki', false],
    [text, 'A  B', 'A B', true],
    [text, 'Tanuki', null, false],
    [checkbox, null, false, true],
    [checkbox, false, null, true],
    [checkbox, true, null, false],
    [checkbox, null, true, false],
    [checkbox, true, false, false],
    [decimal, 10, 10.001, true],
    [decimal, 10.005, 10.01, true],
    [decimal, 10, 10.01, false],
    [decimal, null, 0, false],
    [decimal, null, null, true],
    [integer, 3, 3, true],
    [integer, 3, 4, false],
    [integer, null, 0, false],
  ])('$name: %j and %j: %j', (kind, one, other, equal) => {
    const seen = differences([{ key: 'value', kind }], { value: one }, { value: other })
    expect(seen).toEqual(equal ? null : { value: { from: one, to: other } })
  })

  const values = fc.oneof(
    fc.constantFrom(null, '', ' ', 'a', ' a', true, false, 0, 1),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  )
  test.each([
    ['text', text],
    ['checkbox', checkbox],
    ['decimal', decimal],
  ] as const)('%s: it is symmetric, and everything equals itself', (_name, kind) => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        expect(kind.equal(one, other)).toBe(kind.equal(other, one))
        expect(kind.equal(one, one)).toBe(true)
      }),
    )
  })
})

test.each([
  [10.005, 10.01],
  [1.005, 1.01],
  [-1.005, -1.01],
  [1.0049, 1],
  [0.285, 0.29],
  [1234567.885, 1234567.89],
  [-0.001, 0],
  [0, 0],
])('%d at 2 decimals is %d, halves away from zero', (value, cents) => {
  expect(roundToCents(value)).toBe(cents)
})

test('a number with 2 decimals stays', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), cents => {
      expect(roundToCents(cents / 100)).toBe(cents === 0 ? 0 : cents / 100)
    }),
  )
})

describe('a value from Zendesk', () => {
  const attributes = attributesOf('usgov')
  const empty = Object.fromEntries(attributes.map(({ key }) => [key, null]))
  const gather = (organization_fields: Record<string, unknown>, name = 'Tanuki') =>
    organizationFromZendesk(attributes).parse({
      id: 7,
      name,
      organization_fields: { ...empty, ...organization_fields },
    })

  test('of the wrong type is an error that names the instance, the organization and the attribute', () => {
    const read = organizationReader('usgov', attributes)
    const raw = { id: 7, name: 'Tanuki', organization_fields: { ...empty, salesforce_id: ACCOUNT_ID } }
    expect(read(raw)).toMatchObject({ id: 7, name: 'Tanuki', salesforce_id: ACCOUNT_ID })
    const wordy = { ...raw, organization_fields: { ...empty, arr: 'plenty' } }
    expect(() => read(wordy)).toThrow(
      'Zendesk US Government: organization 7: arr has a value of the wrong type',
    )
    const nested = { ...raw, organization_fields: { ...empty, salesforce_id: [] } }
    expect(() => read(nested)).toThrow('organization 7: salesforce_id has a value of the wrong type')
  })

  test('is gathered flat: text trimmed, empty is null, a checkbox null is false, numbers are numbers', () => {
    const organization = gather(
      {
        salesforce_id: ` ${ACCOUNT_ID} `,
        account_owner: ' ',
        market_segment: ' large ',
        support_hold: null,
        escalated: 'not in the catalogue',
        arr: '1200.50',
        number_of_seats: null,
      },
      ' Tanuki ',
    )
    expect(organization).toMatchObject({
      id: 7,
      name: 'Tanuki',
      salesforce_id: ACCOUNT_ID,
      account_owner: null,
      market_segment: 'large',
      support_hold: false,
      arr: 1200.5,
      number_of_seats: null,
    })
    expect(Object.keys(organization).sort()).toEqual(['id', ...attributes.map(({ key }) => key)].sort())
    expect(organizationSchema(attributes).parse(organization)).toEqual(organization)
  })

  test.each([
    ['a number that is empty text is null', 'arr', ' ', null],
    ['a number null is null', 'arr', null, null],
    ['a number written as text is a number', 'arr', ' 12.30 ', 12.3],
    ['a number of 0 stays', 'arr', 0, 0],
    ['a number in a text is text', 'market_segment', 7, '7'],
    ['a boolean in a text is text', 'market_segment', false, 'false'],
    ['a number in salesforce_id is text', 'salesforce_id', 7, '7'],
    ['a boolean in salesforce_id is text', 'salesforce_id', false, 'false'],
  ])('%s', (_rule, key, value, expected) => {
    expect(gather({ [key]: value })[key]).toBe(expected)
  })

  test.each(['PRIORITY PROSPECT', '', null, SHORT_ID])('a salesforce_id %j does not stop the gather', odd => {
    expect(gather({ salesforce_id: odd }).salesforce_id).toBe(odd === '' ? null : odd)
  })

  test('a text in place of a number is refused, and the error names the attribute', () => {
    const raw = { id: 7, name: 'Tanuki', organization_fields: { ...empty, arr: 'many' } }
    expect(
      organizationFromZendesk(attributes)
        .safeParse(raw)
        .error?.issues.map(({ path }) => path),
    ).toEqual([['arr']])
  })

  test('a field that Zendesk does not send is empty', () => {
    const raw = { id: 7, name: 'Tanuki', organization_fields: {} }
    expect(organizationFromZendesk(attributes).parse(raw)).toMatchObject({
      salesforce_id: null,
      account_owner: null,
      arr: null,
      support_hold: false,
    })
  })
})

/** The written values as Zendesk sends them back. */
function storedByZendesk(attribute: Attribute, value: unknown, emptyIs: '' | null): unknown {
  if (typeof value === 'string') return value.trim() === '' ? emptyIs : value.trim()
  if (typeof value === 'number') return attribute.kind.name === 'decimal' ? value.toFixed(2) : value
  return value === null && attribute.kind.name === 'checkbox' ? false : value
}

test.each(['global', 'usgov'] as const)(
  'an object written to %s then compares without a change',
  instance => {
    const attributes = attributesOf(instance)
    const anyValueOf = ({ key, kind }: Attribute): fc.Arbitrary<string | number | boolean | null> => {
      if (key === 'name') return fc.stringMatching(/^ ?[a-zé]{1,9} ?$/)
      if (kind.name === 'checkbox') return fc.boolean()
      if (kind.name === 'integer') return fc.option(fc.nat())
      if (kind.name === 'decimal')
        return fc.option(fc.integer({ min: -1e9, max: 1e9 }).map(cents => cents / 100))
      return fc.option(fc.oneof(fc.string(), fc.constantFrom('', ' ', ' a ')))
    }
    const objects = fc.record(Object.fromEntries(attributes.map(one => [one.key, anyValueOf(one)])))
    fc.assert(
      fc.property(objects, fc.constantFrom('' as const, null), (object, emptyIs) => {
        const { name, organization_fields } = toZendesk(object)
        const answer = Object.fromEntries(
          attributes.map(one => [
            one.key,
            storedByZendesk(one, organization_fields[one.key] ?? null, emptyIs),
          ]),
        )
        const raw = { id: 7, name: name?.trim(), organization_fields: answer }
        const gathered = organizationFromZendesk(attributes).parse(raw)
        expect(differences(attributes, gathered, object)).toBeNull()
        expect(differences(attributes, object, gathered)).toBeNull()
      }),
    )
  },
)

test('an attribute that a record lacks is null in a change', () => {
  const attributes = [{ key: 'account_owner', kind: text }]
  expect(differences(attributes, {}, { account_owner: 'Olga' })).toEqual({
    account_owner: { from: null, to: 'Olga' },
  })
})

test('a change has the current and the desired value, for attributes of the catalogue only', () => {
  const current = { id: 7, name: 'Old', salesforce_id: SHORT_ID, support_hold: true, notes: 'mine' }
  const wanted = { name: 'New', salesforce_id: ACCOUNT_ID, support_hold: false, sold_tos: ['a@b.example'] }
  expect(differences(attributesOf('global'), current, wanted)).toEqual({
    name: { from: 'Old', to: 'New' },
    salesforce_id: { from: SHORT_ID, to: ACCOUNT_ID },
    support_hold: { from: true, to: false },
  })
})

test('an organization matches by the first 15 characters of its trimmed salesforce_id; an empty one matches nothing', () => {
  expect(organizationKey({ salesforce_id: ` ${ACCOUNT_ID} ` })).toBe(SHORT_ID)
  expect(organizationKey({ salesforce_id: SHORT_ID })).toBe(matchKey(ACCOUNT_ID))
  expect(organizationKey({ salesforce_id: ' ' })).toBeNull()
  expect(organizationKey({ salesforce_id: null })).toBeNull()
})

test('an object without an organization gets one unless it has expired', () => {
  const without = SUPPORT_LEVELS.filter(support_level => !getsOrganization({ support_level }))
  expect(without).toEqual(['expired'])
})

const SHORT_KEY = must(matchKey(SHORT_ID))
const OTHER_KEY = must(matchKey('0016100000ZZZZZ'))

function byRank([rank = 0, id = 0]: number[] = [], [otherRank = 0, otherId = 0]: number[] = []): number {
  return rank - otherRank || id - otherId
}

describe('organizations with the same key', () => {
  const organization = (id: number, salesforce_id: string | null, sfdc_short_id: string | null = null) => ({
    id,
    salesforce_id,
    sfdc_short_id,
  })

  test('the lowest id is the match, in any order and with either form of the salesforce_id', () => {
    const three = [organization(30, ACCOUNT_ID), organization(4, SHORT_ID), organization(200, ACCOUNT_ID)]
    for (const order of [three, three.toReversed(), [...three.slice(1), ...three.slice(0, 1)]]) {
      const { take, unmatched, duplicates } = unify(order, BY_ORGANIZATION)
      expect(unmatched()).toEqual(order)
      expect(duplicates()).toEqual([])
      expect(take(SHORT_KEY)).toEqual({ kind: 'item', item: organization(4, SHORT_ID) })
      expect(unmatched()).toEqual([])
      expect(
        duplicates()
          .map(({ id }) => id)
          .sort(),
      ).toEqual([200, 30])
    }
  })

  test('an organization with the key in salesforce_id comes before one with the key in sfdc_short_id', () => {
    const two = [organization(3, ' ', SHORT_ID), organization(9, ACCOUNT_ID)]
    expect(unify(two, BY_ORGANIZATION).take(SHORT_KEY)).toEqual({ kind: 'item', item: two[1] })
    expect(unify([organization(3, null, ACCOUNT_ID)], BY_ORGANIZATION).take(SHORT_KEY)).toMatchObject({
      item: { id: 3 },
    })
  })

  test('a key can be taken once, whether or not Zendesk has it', () => {
    const { take, isTaken, unmatched } = unify(
      [organization(4, SHORT_ID), organization(5, null)],
      BY_ORGANIZATION,
    )
    expect([isTaken(SHORT_KEY), isTaken(OTHER_KEY)]).toEqual([false, false])
    expect([take(SHORT_KEY), take(SHORT_KEY)]).toEqual([
      { kind: 'item', item: organization(4, SHORT_ID) },
      { kind: 'twice' },
    ])
    expect([take(OTHER_KEY), take(OTHER_KEY)]).toEqual([{ kind: 'none' }, { kind: 'twice' }])
    expect([isTaken(SHORT_KEY), isTaken(OTHER_KEY)]).toEqual([true, true])
    expect(unmatched()).toEqual([organization(5, null)])
  })

  test('every organization is exactly one of matched, left and duplicate', () => {
    const salesforce_ids = fc.constantFrom(
      null,
      ' ',
      'PRIORITY PROSPECT',
      ACCOUNT_ID,
      SHORT_ID,
      '0016100000ZZZZZ',
    )
    const organizations = fc.uniqueArray(
      fc.record({ id: fc.nat(50), salesforce_id: salesforce_ids, sfdc_short_id: salesforce_ids }),
      {
        selector: ({ id }) => id,
      },
    )
    const keys = fc.uniqueArray(fc.constantFrom(SHORT_KEY, OTHER_KEY, must(matchKey('0016100000YYYYY'))))
    fc.assert(
      fc.property(organizations, keys, (all, takenKeys) => {
        const unified = unify(all, BY_ORGANIZATION)
        const matched = takenKeys
          .map(unified.take)
          .flatMap(taken => (taken.kind === 'item' ? [taken.item] : []))
        const left = unified.unmatched()
        const ids = [...matched, ...left, ...unified.duplicates()].map(({ id }) => id)
        expect(ids.sort()).toEqual(all.map(({ id }) => id).sort())
        for (const duplicate of unified.duplicates()) {
          const match = matched.find(other => organizationKey(other) === organizationKey(duplicate))
          const rankOf = (one: typeof duplicate) => [hasSalesforceId(one) ? 0 : 1, one.id]
          expect([match && rankOf(match), rankOf(duplicate)]).toEqual(
            [match && rankOf(match), rankOf(duplicate)].sort(byRank),
          )
        }
        for (const one of left) expect(takenKeys).not.toContain(organizationKey(one))
      }),
    )
  })
})

test('items without an isFirst rule match by the lowest id', () => {
  const items = [
    { id: 9, email: 'ada@agency.example' },
    { id: 3, email: 'ada@agency.example' },
    { id: 5, email: null },
  ]
  const { take, unmatched, duplicates } = unify(items, { keyOf: ({ email }) => email })
  expect(take('ada@agency.example')).toEqual({ kind: 'item', item: items[1] })
  expect(unmatched()).toEqual([items[2]])
  expect(duplicates()).toEqual([items[0]])
})

test('an attribute that a gathered record lacks is not compared; a null attribute is', () => {
  const record = { id: 7, name: 'Tanuki', salesforce_id: null, account_owner: null, support_hold: false }
  const object = { ...record, account_owner: 'Olga', org_region: 'emea' }
  const attributes = attributesOf('global')
  const owner = { account_owner: { from: null, to: 'Olga' } }
  expect(differences(attributes, record, object, 'ignored')).toEqual(owner)
  expect(differences(attributes, record, object)).toEqual({
    ...owner,
    org_region: { from: null, to: 'emea' },
  })
})
