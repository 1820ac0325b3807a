import { expect, test } from 'vitest'
import { isKnownName, plansOf, plansUsed, readPlans } from '../index.ts'
import { expectedErrorOf, PLANS } from './rules.ts'

test('charge names are trimmed at both ends only, and are the names of valid charges', () => {
  const { plan_lookup } = readPlans(
    { gitlab_dedicated: ['  Fee  [XLarge] '], edu: ['Gold'], oss: [] },
    'plans.yml',
  )
  expect([...plan_lookup].map(([name, { section }]) => [name, section])).toEqual([
    ['Fee  [XLarge]', 'gitlab_dedicated'],
    ['Gold', 'edu'],
  ])
})

test.each<[string, unknown, string, string]>([
  [
    'a charge name in two sections',
    { edu: ['Gold'], oss: [' Gold '] },
    'charge name "Gold" is in two sections, "edu" and "oss"',
    'Keep it in one of them.',
  ],
  [
    'an unknown section',
    { gold: ['Gold'] },
    'unknown section "gold"',
    'Use one of: sm_ultimate, sm_premium, ',
  ],
  [
    "a section named like one of an object's own parts",
    { toString: ['Gold'] },
    'unknown section "toString"',
    'Use one of: ',
  ],
  ['an empty charge name', { edu: [' '] }, 'an empty charge name in section "edu"', 'Remove it.'],
  ['a section that is not a list', { edu: 'Gold' }, 'edu: Invalid', 'Write each section as a list'],
  ['an empty section', { edu: null }, 'edu: Invalid', 'Write each section as a list'],
  ['a charge name that is not text', { edu: ['Gold', 7] }, 'edu.1: Invalid', 'Write each section as a list'],
  ['a list in place of sections', ['Gold'], 'the file: Invalid', 'Write each section as a list'],
  ['an empty file', null, 'the file: Invalid', 'Write each section as a list'],
])('%s is bad input, and the error names it and says what to do', (_what, content, named, next) => {
  const problem = expectedErrorOf(() => readPlans(content, 'data/plans.yml'))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'PLANS_INVALID' })
  expect(problem.message).toContain(`data/plans.yml: ${named}`)
  expect(problem.next).toContain(next)
})

test('a charge name listed twice in one section is one', () => {
  expect([...readPlans({ edu: ['Gold', ' Gold'] }, 'plans.yml').plan_lookup.keys()]).toEqual(['Gold'])
})

test('the plans of a run are kept as one record per charge name, and read back unchanged', () => {
  const plans = readPlans({ sm_premium: ['Premium', ' Premium Plus '], edu: [], oss: ['Free'] }, 'plans.yml')
  expect(plansUsed(plans)).toEqual([
    { section: 'sm_premium', charge_name: 'Premium' },
    { section: 'sm_premium', charge_name: 'Premium Plus' },
    { section: 'oss', charge_name: 'Free' },
  ])
  expect(plansOf(plansUsed(plans), 'plans_used.json')).toEqual(plans)
  expect(plansOf(plansUsed(PLANS), 'plans_used.json')).toEqual(PLANS)
})

test('kept plans with a section that no longer exists are bad input, and the error names the file', () => {
  const problem = expectedErrorOf(() =>
    plansOf([{ section: 'sm_gold', charge_name: 'Gold' }], 'plans_used.json'),
  )
  expect(problem.message).toContain('plans_used.json: unknown section "sm_gold"')
})

test('a name in no_support is known, but not the name of a valid charge', () => {
  const plans = readPlans({ edu: ['Gold'], no_support: [' T-shirt ', 'Mug'] }, 'plans.yml')
  expect([...plans.plan_lookup.keys()]).toEqual(['Gold'])
  expect(['Gold', 'T-shirt', 'Mug', 't-shirt', ''].map(name => isKnownName(plans, name))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})

test('a name in no_support and in another section is bad input', () => {
  for (const content of [
    { edu: ['Gold'], no_support: ['Gold'] },
    { no_support: [' Gold'], edu: ['Gold'] },
  ])
    expect(expectedErrorOf(() => readPlans(content, 'plans.yml')).code).toBe('PLANS_INVALID')
})

test('the plans of a run keep the names of no_support', () => {
  const plans = readPlans({ no_support: ['Mug', 'T-shirt'], edu: ['Gold'] }, 'plans.yml')
  expect(plansUsed(plans)).toEqual([
    { section: 'edu', charge_name: 'Gold' },
    { section: 'no_support', charge_name: 'Mug' },
    { section: 'no_support', charge_name: 'T-shirt' },
  ])
  expect(plansOf(plansUsed(plans), 'plans_used.json')).toEqual(plans)
})
