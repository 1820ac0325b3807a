import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  byKind,
  checkGuards,
  GUARD_LIMITS,
  type GuardCheck,
  guardError,
  hasSupport,
  isLoss,
} from '../index.ts'

const NOW = new Date('2026-11-23T10:00:00Z')
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000).toISOString()
const ids = (count: number, first = 1) => Array.from({ length: count }, (_, index) => first + index)

type Given = {
  marks?: [number, number]
  losses?: [number, number]
  updates?: [number, number]
  creates?: [number, number]
} & Partial<Omit<GuardCheck, 'plan' | 'consent'>> & { consent?: Record<string, number> }

function check({ marks, losses, updates, creates, consent = {}, ...given }: Given) {
  const removals = ([count, of] = [0, 1000]) => ({ ids: ids(count), of })
  const writes = ([count, of] = [0, 1000]) => ({ count, of })
  return checkGuards({
    plan: {
      marks: removals(marks),
      losses: removals(losses),
      updates: writes(updates),
      creates: writes(creates),
    },
    earlier: [],
    limits: byKind(({ percent }) => percent),
    now: NOW,
    ...given,
    consent: kind => consent[kind],
  })
}
const stopped = (given: Given) => check(given).stopped.map(({ kind }) => kind)
const problem = (given: Given, stage = 'sync-global') =>
  guardError(check(given), { stage, command: 'run-pipeline --from sync-global', look: 'plan --run runs/1' })

describe('a guard stops a kind that exceeds both its share and its floor', () => {
  test.each<[string, Given]>([
    ['2 marks of 2', { marks: [2, 2] }],
    ['10 % marks', { marks: [30, 300] }],
    ['2 losses of 2', { losses: [2, 2] }],
    ['5 % losses', { losses: [15, 300] }],
    ['20 updates of 20', { updates: [20, 20] }],
    ['50 % updates', { updates: [150, 300] }],
    ['20 creates of none', { creates: [20, 0] }],
    ['25 % creates', { creates: [75, 300] }],
  ])('%s pass', (_what, given) => {
    expect(stopped(given)).toEqual([])
  })

  test.each<[string, Given, string]>([
    [
      'marks',
      { marks: [3, 29] },
      '3 marks are 10.34 % of 29 unmarked organizations; the limit is 10 % (up to 2 always pass)',
    ],
    [
      'marks',
      { marks: [31, 300] },
      '31 marks are 10.33 % of 300 unmarked organizations; the limit is 10 % (up to 2 always pass)',
    ],
    [
      'losses',
      { losses: [3, 59] },
      '3 losses are 5.08 % of 59 organizations with support; the limit is 5 % (up to 2 always pass)',
    ],
    [
      'updates',
      { updates: [21, 41] },
      '21 updates are 51.22 % of 41 gathered organizations; the limit is 50 % (up to 20 always pass)',
    ],
    [
      'creates',
      { creates: [21, 83] },
      '21 creates are 25.30 % of 83 gathered organizations; the limit is 25 % (up to 20 always pass)',
    ],
    [
      'creates',
      { creates: [21, 0] },
      '21 creates are too many for 0 gathered organizations; the limit is 25 % (up to 20 always pass)',
    ],
  ])('%s: %j', (kind, given, message) => {
    expect(stopped(given)).toEqual([kind])
    expect(problem(given)).toMatchObject({ kind: 'guard', code: 'MASS_CHANGE', message })
  })

  test('the message about users says so', () => {
    expect(problem({ marks: [3, 29] }, 'usgov-user-sync')?.message).toBe(
      '3 marks are 10.34 % of 29 end users with an email address; the limit is 10 % (up to 2 always pass)',
    )
  })

  test('each kind has its own limit', () => {
    const limits = { ...byKind(({ percent }) => percent), marks: 11 }
    expect(stopped({ marks: [31, 300], losses: [31, 300], limits })).toEqual(['losses'])
  })

  test('with any figures', () => {
    const figure = fc.nat(400)
    fc.assert(
      fc.property(
        figure,
        figure,
        fc.constantFrom('marks', 'losses', 'updates', 'creates'),
        (count, of, kind) => {
          const { percent, floor } = GUARD_LIMITS[kind]
          const isOver = count > floor && count / of > percent / 100
          expect(stopped({ [kind]: [count, of] })).toEqual(isOver ? [kind] : [])
        },
      ),
    )
  })
})

describe('marks and losses count over 24 hours', () => {
  const earlier = (
    hours: number,
    count: number,
    of: number,
    first: number,
    kind: 'marks' | 'losses' = 'marks',
  ) => ({
    kind,
    at: hoursAgo(hours),
    ids: ids(count, first),
    of,
  })

  test('removals of earlier runs count, as a share of what the first of them gathered', () => {
    const given: Given = { marks: [6, 200], earlier: [earlier(2, 9, 280, 200), earlier(23, 15, 290, 100)] }
    expect(problem(given)?.message).toBe(
      '6 marks, 30 with those of the last 24 hours, are 10.34 % of 290 unmarked organizations; the limit is 10 % (up to 2 always pass)',
    )
    expect(stopped({ ...given, marks: [5, 200] })).toEqual([])
  })

  test('each kind counts only its own removals, for 24 hours', () => {
    expect(stopped({ marks: [6, 300], earlier: [earlier(24.1, 100, 300, 100)] })).toEqual([])
    expect(stopped({ marks: [6, 300], earlier: [earlier(1, 100, 300, 100, 'losses')] })).toEqual([])
  })

  test('an organization that is marked twice counts once', () => {
    expect(stopped({ marks: [6, 100], earlier: [earlier(1, 9, 100, 1)] })).toEqual([])
  })

  test('a guard never stops a run that removes nothing new', () => {
    expect(stopped({ earlier: [earlier(1, 99, 100, 1)], updates: [3, 100] })).toEqual([])
    expect(stopped({ marks: [99, 1], earlier: [earlier(1, 99, 100, 1)] })).toEqual([])
  })

  test('the marks of a day never exceed the limit, over any number of runs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(30), { maxLength: 24 }),
        fc.integer({ min: 30, max: 400 }),
        (hourly, all) => {
          const done: ReturnType<typeof earlier>[] = []
          let marked = 0
          for (const [hour, count] of hourly.entries()) {
            const left = all - marked
            const run = {
              plan: {
                marks: { ids: ids(Math.min(count, left), marked + 1), of: left },
                losses: { ids: [], of: 0 },
                updates: { count: 0, of: left },
                creates: { count: 0, of: left },
              },
              earlier: done,
              limits: byKind(({ percent }) => percent),
              consent: () => undefined,
              now: new Date(Date.parse(hoursAgo(23)) + hour * 3_500_000),
            }
            if (checkGuards(run).stopped.length > 0) continue
            done.push({ kind: 'marks', at: run.now.toISOString(), ...run.plan.marks })
            marked += run.plan.marks.ids.length
          }
          expect(marked).toBeLessThanOrEqual(Math.max(GUARD_LIMITS.marks.floor, all / 10))
        },
      ),
    )
  })
})

describe('consent is bounded', () => {
  test('it allows up to N writes of one kind, and nothing else', () => {
    const both: Given = { marks: [141, 1000], losses: [60, 1000] }
    expect(stopped({ ...both, consent: { marks: 141 } })).toEqual(['losses'])
    expect(stopped({ ...both, consent: { marks: 140, losses: 60 } })).toEqual(['marks'])
    expect(stopped({ ...both, consent: { marks: 141, losses: 60 } })).toEqual([])
  })

  test("it counts only this run's own writes", () => {
    const earlier = [{ kind: 'marks' as const, at: hoursAgo(1), ids: ids(99, 500), of: 1000 }]
    expect(stopped({ marks: [5, 900], earlier })).toEqual(['marks'])
    expect(stopped({ marks: [5, 900], earlier, consent: { marks: 5 } })).toEqual([])
  })

  test('the hint has the consent ready to copy, together with what is already allowed', () => {
    expect(problem({ marks: [141, 1000], losses: [60, 1000], consent: { losses: 60 } })?.next).toBe(
      'Look at it first: plan --run runs/1. If the change is intended, allow it once: ' +
        'run-pipeline --from sync-global --allow-mass-change sync-global:marks=141,sync-global:losses=60, ' +
        'or in CI set the input allow_mass_change (variable ALLOW_MASS_CHANGE) to sync-global:marks=141,sync-global:losses=60',
    )
  })
})

test('there is no error if no guard stops the plan', () => {
  expect(problem({ marks: [30, 300] })).toBeUndefined()
  expect(problem({ marks: [141, 1000], consent: { marks: 141 } })).toBeUndefined()
})

test('the hint has only the consent if no command shows the plan', () => {
  const next = guardError(check({ marks: [3, 29] }), { stage: 'sync-global', command: 'sync' })?.next
  expect(next).toMatch(
    /^If the change is intended, allow it once: sync --allow-mass-change sync-global:marks=3, /,
  )
})

test('the hint names the inputs of a pipeline if the run continues on GitLab', () => {
  const command = { startFrom: 'sync-global', resumeRun: '4711' }
  expect(guardError(check({ marks: [3, 29] }), { stage: 'sync-global', command })?.next).toBe(
    'If the change is intended, allow it once: start the pipeline on GitLab with start_from sync-global, resume_run 4711 and allow_mass_change sync-global:marks=3',
  )
})

describe('a loss', () => {
  const level = (from: string | null, to: string) => ({ support_level: { from, to } })
  test.each([
    ['a lower level', level('ultimate', 'premium'), true],
    ['expired, the lowest', level('community', 'expired'), true],
    ['a higher level', level('premium', 'ultimate'), false],
    ['a level where there was none', level(null, 'expired'), false],
    ['a level where there was another text', level('Platinum', 'premium'), false],
    ['the emergency support', { emergency_support_24x7: { from: true, to: false } }, true],
    ['emergency support gained', { emergency_support_24x7: { from: false, to: true } }, false],
    ['another attribute', { seats_decimal: { from: 10, to: 0 } }, false],
  ])('%s: %j %s', (_what, changes, expected) => {
    expect(isLoss(changes)).toBe(expected)
  })

  test('needs an organization with support', () => {
    expect(
      [null, '', 'expired', 'community', 'Platinum'].map(support_level => hasSupport({ support_level })),
    ).toEqual([false, false, false, true, true])
  })
})
