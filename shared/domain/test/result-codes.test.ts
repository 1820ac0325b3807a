import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adviceOnResult, isNameHeldOf, nameHeldKey, RESULT_CODES } from '../index.ts'

const CODES_PAGE = readFileSync(join(import.meta.dirname, '../../../docs/codes.md'), 'utf8')

test.each(RESULT_CODES)('%s has an advice, and is on the page of codes', code => {
  expect(adviceOnResult(code)).toMatch(/^[A-Z].+\.$/)
  expect(CODES_PAGE).toContain(`\`${code}\``)
})

test('a code of Zendesk’s has the general advice, and so has a name from the prototype', () => {
  for (const code of ['TooHot', 'constructor', null]) expect(adviceOnResult(code)).toContain('next run tries')
})

test('a taken name and the mark held back for it have one advice', () => {
  expect(adviceOnResult('NAME_HELD')).toBe(adviceOnResult('NAME_TAKEN'))
  expect(adviceOnResult('NAME_TAKEN')).toContain('surviving salesforce_id')
})

test('the warning of a held name says whose create it was', () => {
  const key = nameHeldKey('0016100000AbCdEAAV', 7)
  expect(key).toBe('0016100000AbCdEAAV: organization 7')
  expect(isNameHeldOf(key, '0016100000AbCdEAAV')).toBe(true)
  expect(isNameHeldOf(key, '0016100000AbCdE')).toBe(false)
})
