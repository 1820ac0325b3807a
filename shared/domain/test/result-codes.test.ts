import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adviceOnResult, isNameHeldOf, nameHeldKey, RESULT_CODES } from '../index.ts'

const CODES_PAGE = readFileSync(join(import.meta.dirname, '../../../docs/codes.md'), 'utf8')

test.each(RESULT_CODES)('%s has advice, and is in docs/codes.md', code => {
  expect(adviceOnResult(code)).toMatch(/^[A-Z].+\.$/)
  expect(CODES_PAGE).toContain(`\`${code}\``)
})

test('any other code of Zendesk has the general advice, and so has a name from the object prototype', () => {
  for (const code of ['TooHot', 'constructor', null]) expect(adviceOnResult(code)).toContain('next run tries')
})

test('a taken name and the mark held back because of it have the same advice', () => {
  expect(adviceOnResult('NAME_HELD')).toBe(adviceOnResult('NAME_TAKEN'))
  expect(adviceOnResult('NAME_TAKEN')).toContain('surviving salesforce_id')
})

test('the key of a NAME_HELD warning says whose create failed', () => {
  const key = nameHeldKey('0016100000AbCdEAAV', 7)
  expect(key).toBe('0016100000AbCdEAAV: organization 7')
  expect(isNameHeldOf(key, '0016100000AbCdEAAV')).toBe(true)
  expect(isNameHeldOf(key, '0016100000AbCdE')).toBe(false)
})
