import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { addedFieldType, orAbsent } from '../field-types.ts'
import { text } from '../index.ts'

describe('Zendesk stores the first 255 characters of a text', () => {
  const full = 'a'.repeat(255)

  test.each<[string, string, string, boolean]>([
    ['what comes after them does not count', `${full}b`, `${full}c`, true],
    ['the last of them does', `${'a'.repeat(254)}b`, `${'a'.repeat(254)}c`, false],
    ['a space at the cut falls away', `${'a'.repeat(254)} b`, 'a'.repeat(254), true],
    ['one that takes two code units counts once', `${'😀'.repeat(255)}b`, '😀'.repeat(255), true],
    ['and is not cut in half', '😀'.repeat(255), '😀'.repeat(254), false],
    ['composed and decomposed letters are the same', `${'e\u0301'.repeat(255)}b`, 'é'.repeat(255), true],
  ])('%s', (_what, one, other, isEqual) => {
    expect(text.equal(one, other)).toBe(isEqual)
    expect(text.equal(other, one)).toBe(isEqual)
  })
})

describe('an attribute that a record may lack', () => {
  test('is left out if it is absent, and otherwise checked as before', () => {
    const schema = z.object({ x: orAbsent(z.string().nullable()) })
    expect(schema.parse({})).toEqual({})
    expect(schema.parse({ x: null })).toEqual({ x: null })
    expect(schema.safeParse({ x: 1 }).success).toBe(false)
  })

  test('stays empty if it was added later and an older record lacks it', () => {
    const schema = z.object({ x: orAbsent(addedFieldType(text).current) })
    expect(schema.parse({})).toEqual({ x: null })
  })
})
