import fc from 'fast-check'
import { expect, test } from 'vitest'
import { brief, printable, sentence } from '../index.ts'
import { HOSTILE_TEXTS, UNPRINTABLE } from './hostile-texts.ts'

test.each(HOSTILE_TEXTS)('nothing unprintable gets through: %j', text => {
  for (const shown of [printable(text), brief(text), sentence(text)]) expect(shown).not.toMatch(UNPRINTABLE)
})

test('what can be printed is left as it is', () => {
  const text = 'Æther & Söhne, 株式会社タヌキ 🦝 "<b>" שלום'
  expect([printable(text), brief(text), sentence(text)]).toEqual([text, text, text])
})

test('of any JSON it makes JSON of the same value', () => {
  fc.assert(
    fc.property(fc.anything({ maxDepth: 2 }), fc.string({ unit: 'binary' }), (value, text) => {
      const json = JSON.stringify([value, text])
      expect(JSON.parse(printable(json))).toEqual(JSON.parse(json))
    }),
  )
})

test('a long value is cut, and a long message', () => {
  expect(brief('a'.repeat(10_000))).toBe(`${'a'.repeat(200)}…`)
  expect(brief('\u001b'.repeat(10_000)).length).toBeLessThanOrEqual(201)
  expect(sentence('a'.repeat(10_000))).toHaveLength(2_001)
})

test('a line break in a message forges no second line', () => {
  expect(sentence('one\n  two\r\nthree\n')).toBe('one two three')
})
