import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decidingColumn, picklistColumn } from '../columns.ts'
import { collectUnfamiliar, unfamiliarText } from '../unfamiliar-values.ts'

const instance = decidingColumn('Support_Instance__c', 'federal-support')
const risk = picklistColumn('Account_Risk_Level__c', 'At Risk - Escalated')

test.each([
  'federal-support',
  'federal-support ',
  '\u200bfederal-support\u00a0',
  'Federal-Support',
  'federal support',
  'federal_support',
  'FEDERAL \u2013 SUPPORT',
  'federal\u2011support',
  'federalsupport',
])('%j counts as federal-support', value => {
  expect(instance.read.parse(value)).toBe(true)
})

test.each(['federal', 'federal-support-2', 'federal.support', 'commercial-support', '', null])(
  '%j does not count as federal-support',
  value => {
    expect(instance.read.parse(value)).toBe(false)
  },
)

test('any mix of case, spaces, hyphens and underscores counts as the value', () => {
  const between = fc.stringMatching(/^[ _-]{0,3}$/)
  fc.assert(
    fc.property(
      fc.array(between, { minLength: 15, maxLength: 15 }),
      fc.infiniteStream(fc.boolean()),
      (gaps, upper) => {
        const letters = [...'federalsupport'].map(letter =>
          upper.next().value ? letter.toUpperCase() : letter,
        )
        expect(instance.read.parse(letters.map((letter, index) => letter + gaps[index]).join(''))).toBe(true)
      },
    ),
  )
})

test('escalated compares the trimmed value, and accepts no other spelling', () => {
  expect(risk.read.parse(' At Risk - Escalated\u00a0')).toBe(true)
  expect(risk.read.parse('at risk - escalated')).toBe(false)
})

test('a spelling variant is counted by its spelling; outer white space is ignored', () => {
  const values = collectUnfamiliar({ instance, risk })
  const rows = ['federal-support', 'federal-support ', 'Federal Support', 'Federal Support ', 'x', null]
  rows.forEach((Support_Instance__c, index) => {
    values.add({ Account_ID_18__c: `id ${index}`, Support_Instance__c, Account_Risk_Level__c: 'AT RISK' })
  })
  const found = values.finish()
  expect(found).toEqual([
    {
      field: 'Support_Instance__c',
      value: 'Federal Support',
      readAs: 'federal-support',
      salesforce_ids: ['id 2', 'id 3'],
    },
  ])
  expect(found.map(unfamiliarText)).toEqual([
    expect.stringContaining('2 accounts have Support_Instance__c "Federal Support", which counts as'),
  ])
})

test('the warning says how many accounts have the value, with an id or without', () => {
  const one = collectUnfamiliar({ instance })
  one.add({ Account_ID_18__c: 'id 1', Support_Instance__c: 'Federal Support' })
  const sentence =
    ' Support_Instance__c "Federal Support", which counts as "federal-support": correct the value in Salesforce, or update the rule'
  expect(one.finish().map(unfamiliarText)).toEqual([`1 account has${sentence}`])
  one.add({ Support_Instance__c: 'Federal Support' })
  expect(one.finish().map(unfamiliarText)).toEqual([`2 accounts have${sentence}`])
})
