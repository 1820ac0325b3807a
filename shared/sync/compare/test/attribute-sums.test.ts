import { expect, test } from 'vitest'
import { sumReader } from '../attribute-sums.ts'

const KEYS = ['name', 'level', 'seats', 'hold']
const ORGANIZATION = { id: 1, name: 'Tanuki', level: 'gold', seats: 3, hold: false }
const OBJECT = { hold: false, level: 'gold', sold_tos: ['ada@agency.example'], seats: 3, name: 'Tanuki' }

function sumOf(record: unknown, first: unknown = record, keys = KEYS): string | undefined {
  return sumReader(keys, JSON.stringify(first))(JSON.stringify(record))
}

test('lines with the same attributes have the same sum, in any order and with any other keys', () => {
  expect(sumOf(ORGANIZATION)).toHaveLength(32)
  expect(sumOf(OBJECT)).toBe(sumOf(ORGANIZATION))
})

test.each([
  ['name', 'tanuki'],
  ['level', null],
  ['seats', 3.5],
  ['hold', true],
])('another %s has another sum', (key, value) => {
  expect(sumOf({ ...ORGANIZATION, [key]: value })).not.toBe(sumOf(ORGANIZATION))
  expect(sumOf({ ...OBJECT, [key]: value })).not.toBe(sumOf(OBJECT))
})

test('a value that looks like other attributes is only that value', () => {
  const name = '","level":"gold","seats":3,"x":"'
  expect(sumOf({ ...OBJECT, name })).toBe(sumOf({ ...ORGANIZATION, name }))
  expect(sumOf({ ...OBJECT, name, level: 'free' })).not.toBe(sumOf({ ...ORGANIZATION, name }))
})

test('attributes that are not asked for do not count', () => {
  const { hold, ...lacking } = ORGANIZATION
  const keys = KEYS.filter(key => key !== 'hold')
  expect(sumOf(OBJECT, OBJECT, keys)).toBe(sumOf(lacking))
  expect(sumOf({ ...OBJECT, hold: true }, OBJECT, keys)).toBe(sumOf(lacking))
})

const { name, ...others } = ORGANIZATION
test.each([
  ['lacks the first attribute', others],
  ['has another order than its file', { name, ...others }],
  ['has an attribute behind a key that is none', { id: 1, hold: false, name, level: 'gold', seats: 3 }],
])('a line that %s has no sum', (_what, record) => {
  expect(sumOf(record, ORGANIZATION)).toBeUndefined()
})

test('a line with one more or one less attribute has another sum', () => {
  const { hold, ...less } = ORGANIZATION
  expect(sumOf(less, ORGANIZATION)).not.toBe(sumOf(ORGANIZATION))
  expect(sumOf(ORGANIZATION, less)).not.toBe(sumOf(less))
})

test('a file whose first line is not JSON has no sums like those of another file', () => {
  const sumIn = sumReader(KEYS, '{"id":1}{')
  expect(sumIn(JSON.stringify(ORGANIZATION))).not.toBe(sumOf(ORGANIZATION))
})
