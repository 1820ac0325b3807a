import { expect, test } from 'vitest'
import { ATTRIBUTES, CHECKBOXES, daySchema, endOf, matchKey, readOverrides } from '../index.ts'
import { overriddenCheckboxes } from '../overrides.ts'
import { ACCOUNT_ID } from './account-builder.ts'
import { expectedErrorOf, must } from './rules.ts'

const SHORT_ID = ACCOUNT_ID.slice(0, 15)

test('overrides match by the first 15 characters, case-sensitive', () => {
  const overrides = readOverrides([{ salesforce_id: ` ${ACCOUNT_ID} `, seats: 3 }], 'overrides.yml')
  expect(overrides.byKey.get(must(matchKey(SHORT_ID)))).toMatchObject({ seats: 3 })
  expect(overrides.byKey.get(must(matchKey(SHORT_ID.toLowerCase())))).toBeUndefined()
})

test('an empty list overrides nothing', () => {
  expect(readOverrides([], 'overrides.yml').byKey.size).toBe(0)
})

test.each<Record<string, unknown>>([
  ...CHECKBOXES.flatMap(checkbox => [{ [checkbox]: true }, { [checkbox]: false }]),
  ...['ultimate', 'gold', 'premium', 'silver', 'consumption_only', 'custom', 'community'].map(
    support_level => ({ support_level }),
  ),
  { expiration_date: '2028-02-29' },
  { seats: 0 },
  { seats: 10.5 },
  { technical_account_manager: 'Nina New' },
  { support_hold: true },
  { support_hold: false },
  { reason: 'see the ticket' },
  { reason: 4711 },
])('%j is allowed', allowed => {
  const overrides = readOverrides([{ salesforce_id: ACCOUNT_ID, ...allowed }], 'overrides.yml')
  expect(overrides.byKey.get(must(matchKey(SHORT_ID)))).toEqual({ salesforce_id: ACCOUNT_ID, ...allowed })
})

test('an override sets only the checkboxes that it names', () => {
  const override = { salesforce_id: ACCOUNT_ID, sub_edu: false, usgov_fedramp: true, seats: 1 }
  expect(overriddenCheckboxes(override)).toEqual([
    ['sub_edu', false],
    ['usgov_fedramp', true],
  ])
})

test('an override can set the subscription checkboxes and usgov_fedramp', () => {
  const fields = ATTRIBUTES.map(({ key }) => key).filter(key => key.startsWith('sub_'))
  expect([...CHECKBOXES].sort()).toEqual([...fields, 'usgov_fedramp'].sort())
})

test.each<[Record<string, unknown>, string]>([
  [{ sub_utlimate: true }, 'sub_utlimate'],
  [{ arr: 5 }, 'arr'],
  [{ account_type: 'customer' }, 'account_type'],
  [{ emergency_support_24x7: true }, 'emergency_support_24x7'],
  [{ notes: 'x' }, 'notes'],
  [{ support_level: 'expired' }, 'support_level: '],
  [{ support_level: 'Gold' }, 'support_level: '],
  [{ support_level: null }, 'support_level: '],
  [{ seats: -1 }, 'seats: '],
  [{ seats: '10' }, 'seats: '],
  [{ seats: Number.POSITIVE_INFINITY }, 'seats: '],
  [{ sub_edu: 'true' }, 'sub_edu: '],
  [{ sub_edu: 1 }, 'sub_edu: '],
  [{ usgov_fedramp: null }, 'usgov_fedramp: '],
  [{ support_hold: 'yes' }, 'support_hold: '],
  [{ technical_account_manager: 5 }, 'technical_account_manager: '],
  [{ expiration_date: '2027-02-29' }, 'expiration_date: '],
  [{ expiration_date: '01/31/2027' }, 'expiration_date: '],
  [{ expiration_date: '2027-01-31T00:00:00Z' }, 'expiration_date: '],
  [{ reason: ['a', 'b'] }, 'reason: '],
])('%j is an error that names the entry', (wrong, named) => {
  const entries = [{ salesforce_id: '001610000000001' }, { salesforce_id: ACCOUNT_ID, ...wrong }]
  const problem = expectedErrorOf(() => readOverrides(entries, 'overrides.yml'))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'OVERRIDES_INVALID' })
  expect(problem.message).toContain(`overrides.yml: entry 2 (salesforce_id ${ACCOUNT_ID}): `)
  expect(problem.message).toContain(named)
})

test.each<[string, unknown[], string]>([
  ['in the same form', [ACCOUNT_ID, ACCOUNT_ID], 'entry 2'],
  ['in its two forms', [ACCOUNT_ID, '001610000000001', SHORT_ID], 'entry 3'],
])('a salesforce_id listed twice %s is an error', (_how, ids, entry) => {
  const entries = ids.map(salesforce_id => ({ salesforce_id, seats: 1 }))
  const problem = expectedErrorOf(() => readOverrides(entries, 'overrides.yml'))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'OVERRIDES_INVALID' })
  expect(problem.message).toMatch(new RegExp(`${entry}.*listed twice`))
})

test.each<[string, unknown, string, string]>([
  [
    'an entry without salesforce_id',
    [{ seats: 1 }],
    'overrides.yml: entry 1: salesforce_id: ',
    'Give the 18-character id as text; put it in quotes.',
  ],
  [
    'an empty salesforce_id',
    [{ salesforce_id: ' ' }],
    'salesforce_id: ',
    'Give the 18-character id as text; put it in quotes.',
  ],
  [
    'a salesforce_id that YAML reads as a number',
    [{ salesforce_id: 1610000000001 }],
    'entry 1 (salesforce_id 1610000000001): salesforce_id: ',
    'Give the 18-character id as text; put it in quotes.',
  ],
  [
    'an invalid date',
    [{ salesforce_id: ACCOUNT_ID, expiration_date: 'soon' }],
    'expiration_date: expected a calendar date, YYYY-MM-DD',
    'Write it as YYYY-MM-DD.',
  ],
  [
    'any other bad value',
    [{ salesforce_id: ACCOUNT_ID, seats: 'many' }],
    'seats: ',
    'Correct the entry in the override file; docs/entitlements.md lists the keys and values.',
  ],
  ['an entry that is not a hash', [ACCOUNT_ID], 'overrides.yml: entry 1: Invalid', 'Correct the entry'],
  [
    'a salesforce_id listed twice',
    [{ salesforce_id: ACCOUNT_ID }, { salesforce_id: ACCOUNT_ID }],
    `overrides.yml: entry 2 (salesforce_id ${ACCOUNT_ID}): salesforce_id is listed twice`,
    'Merge the two entries into one.',
  ],
  [
    'a hash in place of a list',
    { [ACCOUNT_ID]: { seats: 1 } },
    'overrides.yml is not a list of entries',
    'Write a YAML list, one entry per account; [] if there are none.',
  ],
  [
    'an empty file',
    null,
    'overrides.yml is not a list of entries',
    'Write a YAML list, one entry per account; [] if there are none.',
  ],
])('%s is an error that says what to do', (_what, content, named, next) => {
  const problem = expectedErrorOf(() => readOverrides(content, 'overrides.yml'))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'OVERRIDES_INVALID' })
  expect(problem.message).toContain(named)
  expect(problem.next).toContain(next)
})

test('an entry whose salesforce_id gives no key matches no account, and is kept separately', () => {
  const unmatched = { salesforce_id: 'PRIORITY PROSPECT', seats: 1 }
  const content = [unmatched, { salesforce_id: ACCOUNT_ID, seats: 3 }, unmatched]
  const { byKey, withoutKey } = readOverrides(content, 'overrides.yml')
  expect([...byKey.keys()]).toEqual([SHORT_ID])
  expect(withoutKey).toEqual([unmatched, unmatched])
})

test.each([
  [undefined, null],
  ['2026-11-22', 'over'],
  ['2026-11-23', 'soon'],
  ['2026-12-07', 'soon'],
  ['2026-12-08', null],
] as const)('on 23 November an override that ends on %s is %s ("soon" means within 14 days)', (day, end) => {
  const expiration_date = day === undefined ? {} : { expiration_date: daySchema.parse(day) }
  expect(
    endOf({ salesforce_id: '001000000000001AAA', ...expiration_date }, daySchema.parse('2026-11-23')),
  ).toBe(end)
})
