import { expect, test } from 'vitest'
import type { GuardLimits } from '../guards.ts'
import { GUARD_LIMITS, guardTrouble } from '../index.ts'

const COMMAND = 'run-stage sync-usgov sync --allow-mass-change'

type Counts = { marks?: number; updates?: number; gathered: number }

const LIMITS: GuardLimits = { ...GUARD_LIMITS, allowed: false }

function guard({ marks = 0, updates = 0, gathered }: Counts, limits: Partial<GuardLimits> = {}) {
  return guardTrouble({ marks, updates, gathered }, { ...LIMITS, ...limits }, COMMAND)
}

test.each<[string, Counts]>([
  ['nothing of nothing', { gathered: 0 }],
  ['20 marks of 20', { marks: 20, gathered: 20 }],
  ['20 marks of none', { marks: 20, gathered: 0 }],
  ['marks of 10 %', { marks: 21, gathered: 210 }],
  ['20 updates of 20', { updates: 20, gathered: 20 }],
  ['updates of 50 %', { updates: 21, gathered: 42 }],
])('%s are let through', (_what, counts) => {
  expect(guard(counts)).toBeUndefined()
})

test.each<[Counts, string]>([
  [
    { marks: 21, gathered: 209 },
    '21 marks are 10.05 % of 209 gathered records; the limit is 10 % (and more than 20)',
  ],
  [
    { updates: 22, gathered: 43 },
    '22 updates are 51.16 % of 43 gathered records; the limit is 50 % (and more than 20)',
  ],
  [
    { marks: 21, gathered: 0 },
    '21 marks stand against no gathered records; the limit is 10 % (and more than 20)',
  ],
])('%j is a mass change, told with its figures', (counts, message) => {
  expect(guard(counts)).toMatchObject({ kind: 'guard', code: 'MASS_CHANGE', message })
})

test('it says how to look at it first, where there is a way, and how to let it through', () => {
  const counts = { marks: 21, updates: 0, gathered: 21 }
  expect(guardTrouble(counts, LIMITS, COMMAND)?.next).toMatch(/^If this is meant, .*run-stage sync-usgov/)
  expect(guardTrouble(counts, LIMITS, COMMAND, 'plan --at runs/1')?.next).toMatch(
    /^Look at it first: plan --at runs\/1\. If this is meant/,
  )
})

test('one that both limits stop names both', () => {
  expect(guard({ marks: 21, updates: 22, gathered: 43 })?.message).toMatch(
    /^21 marks are .*; 22 updates are /,
  )
})

test('the message says how to let this one through: by the command, or in CI by the input of a run', () => {
  expect(guard({ marks: 21, gathered: 0 })?.next).toBe(
    `If this is meant, let this one run through: ${COMMAND}, or in CI the input allow_mass_change (variable ALLOW_MASS_CHANGE=true).`,
  )
})

test('an allowed one is let through, and each limit may be set for its own action', () => {
  const both = { marks: 21, updates: 22, gathered: 22 }
  expect(guard(both, { allowed: true })).toBeUndefined()
  expect(guard(both, { maxMarksPercent: 100, maxUpdatesPercent: 100 })).toBeUndefined()
  expect(guard(both, { maxMarksPercent: 100 })?.message).toMatch(/^22 updates are 100\.00 % of 22 /)
  expect(guard(both, { maxUpdatesPercent: 100 })?.message).toMatch(/^21 marks are 95\.45 % of 22 /)
})
