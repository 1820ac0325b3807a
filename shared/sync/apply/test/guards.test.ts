import { expect, test, vi } from 'vitest'
import type { Removals } from '../../../domain/guards.ts'
import { BINS } from '../../../pipeline/index.ts'
import { dataDirectory } from '../../../runtime/bin/test/data-directory.ts'
import type { ContextGiven } from '../../../runtime/bin/test/open-context.ts'
import { EXIT } from '../../../runtime/errors/index.ts'
import type { PlannedWrite } from '../../plan/model.ts'
import { applyPlan, result, type Writer } from '../index.ts'
import { runSync } from './sync-run.ts'

type Counts = { marks?: number; losses?: number; updates?: number; creates?: number; gathered: number }

/** Applies a plan with this many records, and returns whether it connected. */
async function apply(counts: Counts, given: ContextGiven = {}) {
  const connect = vi.fn(
    (): Writer<number, number, number> => ({
      createKeys: () => [],
      createKeyOf: item => String(item),
      create: async () => [],
      update: async batch => ({
        results: batch.map(id => result({ action: 'update', key: `key ${id}`, id }, 'written')),
        rest: [],
      }),
      mark: async batch => ({
        results: batch.map(id =>
          result({ action: 'mark', key: `key ${id}`, id }, id === 1 ? 'failed' : 'written'),
        ),
        rest: [],
      }),
    }),
  )
  const { marks = 0, losses = 0, creates = 0, gathered } = counts
  const updates = (counts.updates ?? 0) + losses
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
  const plan = {
    creates: numbers(creates),
    updates: numbers(updates),
    marks: numbers(marks),
    alreadyMarked: [],
    gathered,
    unmarked: gathered,
    entitled: gathered,
  }
  const write = (
    action: PlannedWrite['action'],
    id: number,
    changes: PlannedWrite['changes'],
  ): PlannedWrite => ({
    ...{ action, kind: action === 'update' ? 'level' : action, key: `key ${id}`, id, name: `${id}` },
    ...{ support_level: null, changes },
  })
  const view = {
    stage: 'sync-usgov' as const,
    title: 'A plan',
    counts: {
      create: creates,
      update: updates,
      mark: marks,
      alreadyMarked: 0,
      gathered,
      unmarked: gathered,
      entitled: gathered,
    },
    writes: [
      ...plan.updates.map(id =>
        write('update', id, {
          support_level: { from: 'premium', to: id <= losses ? 'expired' : 'ultimate' },
        }),
      ),
      ...plan.marks.map(id => write('mark', id, { mark_for_deletion: { from: false, to: true } })),
    ],
  }
  let removals: readonly Removals[] | undefined
  const run = await runSync(
    dataDirectory(),
    context =>
      applyPlan(
        {
          ...context,
          run: {
            ...context.run,
            report: part => {
              removals = part.removals ?? removals
            },
          },
        },
        ...([plan, view, connect] as const),
      ),
    // A bin's context needs a stage of the table.
    { ...given, row: BINS.sync.usgov },
  )
  return { ...run, removals, isConnected: connect.mock.calls.length > 0 }
}

test('a guard stops a plan before any connection, and its hint shows how to allow it', async () => {
  const { problem, isConnected, results } = await apply({
    marks: 31,
    losses: 16,
    updates: 140,
    creates: 76,
    gathered: 300,
  })
  expect(problem).toMatchObject({ kind: 'guard', code: 'MASS_CHANGE' })
  expect(problem?.message).toMatch(/^31 marks .*; 16 losses .*; 156 updates .*; 76 creates /)
  expect(problem?.next).toMatch(
    /\.\/support-sync run-stage sync-usgov sync --data-dir \S+ --allow-mass-change sync-usgov:marks=31,sync-usgov:losses=16,sync-usgov:updates=156,sync-usgov:creates=76, or in CI/,
  )
  expect({ isConnected, results }).toEqual({ isConnected: false, results: undefined })
})

test.each([
  ['the option', { options: { allowMassChange: 'sync-usgov:marks=31' } }],
  ['the variable', { environment: { ALLOW_MASS_CHANGE: 'sync-global:marks=1, sync-usgov:marks=31' } }],
  [
    'the option, even if the variable allows fewer,',
    {
      options: { allowMassChange: 'sync-usgov:marks=31' },
      environment: { ALLOW_MASS_CHANGE: 'sync-usgov:marks=30' },
    },
  ],
  ['another limit', { options: { maxMarksPercent: '11' } }],
])('%s allows a mass change', async (_, given) => {
  expect(await apply({ marks: 31, gathered: 300 }, given)).toMatchObject({
    problem: undefined,
    isConnected: true,
  })
})

test.each([
  ['sync-usgov:marks=30', 'MASS_CHANGE'],
  ['sync-global:marks=31', 'MASS_CHANGE'],
  ['sync-usgov:losses=31', 'MASS_CHANGE'],
  ['', 'MASS_CHANGE'],
])('ALLOW_MASS_CHANGE=%s allows nothing', async (value, code) => {
  const { problem } = await apply({ marks: 31, gathered: 300 }, { environment: { ALLOW_MASS_CHANGE: value } })
  expect(problem?.code).toBe(code)
})

test('in a pipeline run the hint shows the command for the plan, and how to resume the whole run', async () => {
  const { problem } = await apply({ marks: 31, gathered: 300 }, { environment: { RUN_DIR: 'runs/1' } })
  expect(problem?.next).toMatch(
    /^Look at it first: \.\/support-sync plan --run runs\/1\. .* run-pipeline --from sync-usgov --run-dir runs\/1 --allow-mass-change sync-usgov:marks=31/,
  )
})

test('the summary has the ids of marked and lowered records, and whether a consent allowed them', async () => {
  const { removals } = await apply({ marks: 3, losses: 2, updates: 1, gathered: 300 })
  expect(removals).toEqual([
    { kind: 'marks', ids: [2, 3], of: 300, consented: false },
    { kind: 'losses', ids: [1, 2], of: 300, consented: false },
  ])
  const consented = await apply(
    { marks: 31, losses: 1, gathered: 300 },
    { options: { allowMassChange: 'sync-usgov:marks=31' } },
  )
  expect(consented.removals).toEqual([
    { kind: 'marks', ids: expect.any(Array), of: 300, consented: true },
    { kind: 'losses', ids: [1], of: 300, consented: false },
  ])
})

test('marks and losses of the last 24 hours count', async () => {
  const lastRun = {
    gathered: {},
    empty: {},
    failing: {},
    removals: {
      'sync-usgov': [
        {
          run_id: '1',
          at: '2026-11-23T09:00:00Z',
          kind: 'marks' as const,
          consented: false,
          ids: Array.from({ length: 28 }, (_, id) => 100 + id),
          of: 300,
        },
      ],
    },
  }
  expect((await apply({ marks: 3, gathered: 272 }, { lastRun })).problem?.message).toContain(
    '3 marks, 31 with those of the last 24 hours, are 10.33 % of 300',
  )
  expect((await apply({ marks: 2, gathered: 272 }, { lastRun })).problem).toBeUndefined()
})

const began = { RUN_STARTED_AT: '2026-11-23T10:00:00Z' }
const at = (time: string) => () => new Date(`2026-11-23T${time}Z`)

test('more than 45 minutes after its start a run begins no write, and the error says so', async () => {
  const run = await apply({ creates: 1, gathered: 300 }, { environment: began, clock: at('10:45:01') })
  expect(run.problem).toMatchObject({ kind: 'guard', code: 'RUN_TOO_LONG' })
  expect(run.problem?.next).toContain('the next run writes the rest')
  expect(run.results).toEqual([])
})

test('within 45 minutes it writes', async () => {
  const run = await apply({ creates: 1, gathered: 300 }, { environment: began, clock: at('10:45:00') })
  expect(run.exitCode).toBe(EXIT.done)
})

test('after WRITE_UNTIL it begins no write', async () => {
  const environment = { ...began, WRITE_UNTIL: '2026-11-23T10:24:15Z' }
  const late = await apply({ creates: 1, gathered: 300 }, { environment, clock: at('10:24:16') })
  expect(late.problem).toMatchObject({ code: 'RUN_TOO_LONG', message: expect.stringContaining("job's time") })
  const inTime = await apply({ creates: 1, gathered: 300 }, { environment, clock: at('10:24:15') })
  expect(inTime.exitCode).toBe(EXIT.done)
})

test('a start that is not a date and time is an error before any write', async () => {
  const environment = { RUN_STARTED_AT: 'ten' }
  expect((await apply({ updates: 1, gathered: 300 }, { environment })).problem?.message).toContain(
    'RUN_STARTED_AT',
  )
})
