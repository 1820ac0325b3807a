import { describe, expect, test } from 'vitest'
import { attributeSum, lineReader } from '../organization-lines.ts'

const KEYS = ['name', 'salesforce_id', 'seats', 'hold']
const KEY = '001000000000001'
const ORGANIZATION = { id: 1, name: 'Tanuki', salesforce_id: `${KEY}AAA`, seats: 3, hold: false }
const OBJECT = { hold: false, salesforce_id: `${KEY}AAA`, sold_tos: [], seats: 3, name: 'Tanuki' }

const sumOf = attributeSum(KEYS)

function read(record: unknown, first: unknown = record) {
  const textOf = (one: unknown) => (typeof one === 'string' ? one : JSON.stringify(one))
  return lineReader(KEYS, textOf(first))(textOf(record))
}

test('a line has the id, the key and the sum of its organization', () => {
  expect(read(ORGANIZATION)).toEqual({ id: 1, key: KEY, sum: sumOf(OBJECT) })
})

test('a file can have any order of keys', () => {
  const reversed = Object.fromEntries(Object.entries(ORGANIZATION).toReversed())
  const { hold, ...rest } = ORGANIZATION
  for (const record of [reversed, { hold, ...rest }]) expect(read(record)?.sum).toBe(sumOf(OBJECT))
})

test.each([
  ['name', 'tanuki'],
  ['salesforce_id', `${KEY}AAB`],
  ['seats', 3.5],
  ['hold', null],
])('another %s has another sum', (key, value) => {
  const record = { ...ORGANIZATION, [key]: value }
  expect(read(record)?.sum).not.toBe(sumOf(OBJECT))
  expect(read(record)?.sum).toBe(sumOf(record))
})

test.each(['","salesforce_id":"x","seats":3,"x":"', '株式会社', 'Say "hi" \\', '},{"id":2'])(
  'a name with any characters is only a name: %j',
  name => {
    expect(read({ ...ORGANIZATION, name })).toEqual({ id: 1, key: KEY, sum: sumOf({ ...OBJECT, name }) })
  },
)

const { name, hold, ...others } = ORGANIZATION
describe('a line must be parsed', () => {
  test.each([
    ['without one of the attributes', { ...others, hold }],
    ['in another order than its file', { name, ...others, hold }],
    ['with an attribute beside the id', { id: 1, hold, name, salesforce_id: `${KEY}AAA`, seats: 3 }],
    ['with a text as id', { ...ORGANIZATION, id: '1' }],
    ['with a fraction as id', { ...ORGANIZATION, id: 1.5 }],
    [
      'with an id that a number cannot hold',
      JSON.stringify(ORGANIZATION).replace(':1,', ':12345678901234567,'),
    ],
    ['without a salesforce_id', { ...ORGANIZATION, salesforce_id: null }],
    ['with a text that is not a Salesforce id', { ...ORGANIZATION, salesforce_id: 'PRIORITY PROSPECT' }],
    ['with white space in its JSON', JSON.stringify(ORGANIZATION).replaceAll(',', ', ')],
  ])('%s', (_what, record) => {
    expect(read(record, ORGANIZATION)).toBeUndefined()
  })

  test('in a file with other keys: nothing checks their values', () => {
    expect(read({ ...ORGANIZATION, note: 'x' })).toBeUndefined()
  })
  test('in a file whose first line is not JSON', () => {
    expect(read(ORGANIZATION, '{"id":1}{')).toBeUndefined()
  })
})

test('a line with one more attribute at its end, or one less, has another sum', () => {
  const { hold: _, ...less } = ORGANIZATION
  expect(read({ ...ORGANIZATION, note: 'x' }, ORGANIZATION)?.sum).not.toBe(sumOf(OBJECT))
  expect(read(less)?.sum).not.toBe(sumOf(OBJECT))
})

test('of attributes that the gather lacks, neither side has a sum', () => {
  const { hold: _, ...lacking } = ORGANIZATION
  expect(read(lacking)?.sum).toBe(attributeSum(KEYS.slice(0, 3))(OBJECT))
})
