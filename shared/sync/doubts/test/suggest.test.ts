import { describe, expect, test } from 'vitest'
import { readPlans } from '../../../domain/index.ts'
import { suggestSection } from '../index.ts'

const PLANS = readPlans(
  {
    sm_ultimate: ['Ultimate - 1 Year', 'Ultimate - Monthly'],
    dotcom_ultimate: ['SaaS - Ultimate - 1 Year'],
    dotcom_premium: ['SaaS - Premium - 1 Year'],
    consumption_duo_premium: ['GitLab Duo Premium - 1 Year'],
    no_support: ['Training Day'],
  },
  'plans.yml',
)

describe('an unmapped name gets the section of the most similar known one', () => {
  test.each([
    ['Ultimate Plus - 1 Year', 'sm_ultimate', 'Ultimate - 1 Year'],
    ['Ultimate - 5 Year', 'sm_ultimate', 'Ultimate - 1 Year'],
    ['ULTIMATE - Monthly', 'sm_ultimate', 'Ultimate - Monthly'],
    ['SaaS - Premium - 3 Year', 'dotcom_premium', 'SaaS - Premium - 1 Year'],
    ['SaaS - Ultimate+ - 1 Year', 'dotcom_ultimate', 'SaaS - Ultimate - 1 Year'],
  ])('%s', (name, section, like) => {
    expect(suggestSection(name, PLANS)).toEqual({ section, like })
  })

  test.each(['GitLab Quantum - 1 Year', 'Training Day 2', 'X', '', ' - 1 Year'])(
    'a name without a similar one gets no suggestion: %j',
    name => {
      expect(suggestSection(name, PLANS)).toBeNull()
    },
  )
})
