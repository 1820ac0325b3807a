import { expect, test } from 'vitest'
import { idIn, keyIn, textReader } from '../index.ts'

const KEY = '001000000000001'

test.each([
  ['an id of 18 characters', `{"salesforce_id":"${KEY}AAA","x":1}`, KEY],
  ['the last value', `{"x":1,"salesforce_id":"${KEY}"}`, KEY],
  ['white space around the id', `{"salesforce_id":" ${KEY}AAA "}`, KEY],
  ['a text that has one', `{"name":${JSON.stringify(`","salesforce_id":"${KEY}","`)}}`, undefined],
  ['null', '{"salesforce_id":null}', undefined],
  ['a text that is no id', '{"salesforce_id":"PRIORITY PROSPECT"}', undefined],
  ['an escaped character', `{"salesforce_id":"\\t${KEY}"}`, undefined],
  ['white space in the JSON', `{"salesforce_id": "${KEY}"}`, undefined],
])('the key of a line with %s', (_what, line, key) => {
  expect(keyIn(line)).toBe(key)
})

test.each([
  ['{"id":7,"name":"Tanuki"}', 7],
  ['{"name":"Tanuki","id":7}', 7],
  [JSON.stringify({ name: '","id":9,"x":"', id: 7 }), 7],
  ['{"id": 7}', undefined],
  ['{"id":"7"}', undefined],
  ['{"id":7.5}', undefined],
  ['{"id":-7}', undefined],
  ['{"id":12345678901234567}', undefined],
  ['{"other_id":7}', undefined],
])("Zendesk's id in the line %s", (line, id) => {
  expect(idIn(line)).toBe(id)
})

test.each([
  ['{"level":"gold"}', 'gold'],
  ['{"level":"","x":1}', ''],
  ['{"level":null}', null],
  ['{"level":"a\\"b"}', undefined],
  ['{"level":7}', undefined],
  ['{"x":1}', undefined],
])('a text in the line %s', (line, text) => {
  expect(textReader('level')(line)).toBe(text)
})
