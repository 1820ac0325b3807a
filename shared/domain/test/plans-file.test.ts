import { expect, test } from 'vitest'
import { plansOf, plansUsed, readPlans } from '../index.ts'
import { PLANS, troubleOf } from './rules.ts'

test('charge names are trimmed on the outside alone, and are all the valid plan names', () => {
  const { plan_lookup } = readPlans(
    { gitlab_dedicated: ['  Fee  [XLarge] '], edu: ['Gold'], oss: [] },
    'plans.yml',
  )
  expect([...plan_lookup].map(([name, { section }]) => [name, section])).toEqual([
    ['Fee  [XLarge]', 'gitlab_dedicated'],
    ['Gold', 'edu'],
  ])
})

test.each([
  ['a charge name in two sections', { edu: ['Gold'], oss: [' Gold '] }, ['"Gold"', '"edu"', '"oss"']],
  ['an unknown section', { gold: ['Gold'] }, ['unknown section "gold"']],
  ["a section named like one of an object's own parts", { toString: ['Gold'] }, ['"toString"']],
  ['an empty charge name', { edu: [' '] }, ['"edu"']],
  ['a section that is no list', { edu: 'Gold' }, ['edu:']],
  ['a section without anything', { edu: null }, ['edu:']],
  ['a charge name that is no text', { edu: ['Gold', 7] }, ['edu.1:']],
  ['a list in place of sections', ['Gold'], ['the file:']],
  ['an empty file', null, ['the file:']],
])('%s is bad input that names it', (_what, content, named) => {
  const trouble = troubleOf(() => readPlans(content, 'data/plans.yml'))
  expect(trouble).toMatchObject({ kind: 'bad-input', code: 'PLANS_INVALID' })
  for (const part of ['data/plans.yml', ...named]) expect(trouble.message).toContain(part)
})

test('the plans of a run are kept a charge name a record, and read back as they were', () => {
  const plans = readPlans({ sm_premium: ['Premium', ' Premium Plus '], edu: [], oss: ['Free'] }, 'plans.yml')
  expect(plansUsed(plans)).toEqual([
    { section: 'sm_premium', charge_name: 'Premium' },
    { section: 'sm_premium', charge_name: 'Premium Plus' },
    { section: 'oss', charge_name: 'Free' },
  ])
  expect(plansOf(plansUsed(plans), 'plans_used.json')).toEqual(plans)
  expect(plansOf(plansUsed(PLANS), 'plans_used.json')).toEqual(PLANS)
})

test('kept plans of a section that is no more are bad input that names the file', () => {
  const trouble = troubleOf(() => plansOf([{ section: 'sm_gold', charge_name: 'Gold' }], 'plans_used.json'))
  expect(trouble.message).toContain('plans_used.json: unknown section "sm_gold"')
})
