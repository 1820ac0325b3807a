import fc from 'fast-check'
import { expect, test } from 'vitest'
import { brief, printable, sentence } from '../index.ts'
import { HOSTILE_TEXTS, UNPRINTABLE } from './hostile-texts.ts'

test.each(HOSTILE_TEXTS)('nothing unprintable gets through: %j', text => {
  for (const shown of [printable(text), brief(text), sentence(text)]) expect(shown).not.toMatch(UNPRINTABLE)
})

test('printable text is unchanged', () => {
  const text = 'Æther & Söhne, 株式会社タヌキ 🦝 "<b>" שלום'
  expect([printable(text), brief(text), sentence(text)]).toEqual([text, text, text])
})

test.each([
  ['a no-break space', 'Premium\u00a0- 1 Year', 'Premium\\u00a0- 1 Year'],
  ['a thin space', 'Premium\u2009- 1 Year', 'Premium\\u2009- 1 Year'],
  ['an ideographic space', 'Premium\u3000', 'Premium\\u3000'],
  ['a non-breaking hyphen', 'Premium \u2011 1 Year', 'Premium \\u2011 1 Year'],
  ["a hyphen that is not the keyboard's", 'Premium \u2010 1 Year', 'Premium \\u2010 1 Year'],
  ['a zero-width space', 'Pre\u200bmium', 'Pre\\u200bmium'],
  ['a soft hyphen', 'Pre\u00admium', 'Pre\\u00admium'],
  ['a variation selector', 'Premium\ufe0f', 'Premium\\ufe0f'],
  ['a letter without a shape', 'Premium\u3164', 'Premium\\u3164'],
  ['a combining accent', 'Premie\u0301re', 'Premie\\u0301re'],
])('different names look different: %s', (_, text, shown) => {
  for (const show of [printable, brief, sentence]) expect(show(`${text}.`)).toBe(`${shown}.`)
  expect(JSON.parse(printable(JSON.stringify(text)))).toBe(text)
})

test('an accented letter is one character, and marks that form no other letter stay', () => {
  expect(printable('Première \u0928\u093f')).toBe('Première \u0928\u093f')
})

test('any JSON stays JSON with the same value', () => {
  fc.assert(
    fc.property(fc.anything({ maxDepth: 2 }), fc.string({ unit: 'binary' }), (value, text) => {
      const json = JSON.stringify([value, text])
      expect(JSON.parse(printable(json))).toEqual(JSON.parse(json))
    }),
  )
})

test('long values and messages are cut', () => {
  expect(brief('a'.repeat(10_000))).toBe(`${'a'.repeat(200)}…`)
  expect(brief('\u001b'.repeat(10_000)).length).toBeLessThanOrEqual(201)
  expect(sentence('a'.repeat(10_000))).toHaveLength(2_001)
})

test('a line break in a message forges no second line', () => {
  expect(sentence('one\n  two\r\nthree\n')).toBe('one two three')
})
