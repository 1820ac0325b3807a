import { expect, test, vi } from 'vitest'
import { EXIT } from '../../errors/index.ts'
import { dataDirectory } from '../../stage/test/data-directory.ts'
import type { ContextGiven } from '../../stage/test/open-context.ts'
import { applyPlan, type Writer } from '../index.ts'
import { runSync } from './sync-run.ts'

/** Applies a plan of so many records, and tells whether anything was connected to. */
async function apply(
  counts: { marks?: number; updates?: number; creates?: number; gathered: number },
  given: ContextGiven = {},
) {
  const connect = vi.fn(
    (): Writer<number, number, number> => ({
      createKeys: () => [],
      create: async () => [],
      update: async () => [],
      mark: async () => [],
    }),
  )
  const numbers = (count = 0) => Array.from({ length: count }, (_, index) => index)
  const plan = {
    creates: numbers(counts.creates),
    updates: numbers(counts.updates),
    marks: numbers(counts.marks),
    alreadyMarked: [],
    gathered: counts.gathered,
  }
  const view = {
    stage: 'sync-usgov' as const,
    title: 'A plan',
    counts: { create: 0, update: 0, mark: 0, alreadyMarked: 0, gathered: counts.gathered },
    writes: [],
  }
  const run = await runSync(
    dataDirectory(),
    context => applyPlan(context, 'sync-usgov', plan, view, connect),
    given,
  )
  return { ...run, isConnected: connect.mock.calls.length > 0 }
}

test.each([
  ['20 marks, whatever their share', { marks: 20, gathered: 20 }],
  ['10 % marks', { marks: 30, gathered: 300 }],
  ['20 updates, whatever their share', { updates: 20, gathered: 20 }],
  ['50 % updates', { updates: 150, gathered: 300 }],
  ['creates of any number', { creates: 300, gathered: 1 }],
])('a guard lets %s through', async (_, counts) => {
  expect(await apply(counts)).toMatchObject({ exitCode: EXIT.done, isConnected: true })
})

test.each([
  ['21 marks of 209 organizations', { marks: 21, gathered: 209 }, '21 marks are 10.05 % of 209'],
  ['31 marks of 300', { marks: 31, gathered: 300 }, '31 marks are 10.33 % of 300'],
  ['151 updates of 300', { updates: 151, gathered: 300 }, '151 updates are 50.33 % of 300'],
])('a guard stops %s before anything is connected to', async (_, counts, says) => {
  const { trouble, isConnected, results } = await apply(counts)
  expect(trouble).toMatchObject({ kind: 'guard', code: 'MASS_CHANGE' })
  expect(trouble?.message).toContain(says)
  expect(trouble?.message).toMatch(/the limit is (10|50) %/)
  expect(trouble?.next).toMatch(
    /npx -y pnpm@12 run-stage sync-usgov sync --data-dir \S+ --allow-mass-change,/,
  )
  expect(trouble?.next).toContain('ALLOW_MASS_CHANGE=true')
  expect({ isConnected, results }).toEqual({ isConnected: false, results: undefined })
})

test('both guards that trip are told together', async () => {
  const { trouble } = await apply({ marks: 31, updates: 151, gathered: 300 })
  expect(trouble?.message).toContain('31 marks')
  expect(trouble?.message).toContain('151 updates')
})

test.each([
  ['the option', { options: { allowMassChange: true } }],
  ['the variable', { environment: { ALLOW_MASS_CHANGE: 'true' } }],
  ['another limit', { options: { maxMarksPercent: '11' } }],
])('%s lets a mass change through', async (_, given) => {
  expect(await apply({ marks: 31, gathered: 300 }, given)).toMatchObject({
    exitCode: EXIT.done,
    isConnected: true,
  })
})

test.each([
  ['false', 'MASS_CHANGE'],
  ['', 'MASS_CHANGE'],
  ['1', 'CONFIGURATION_INVALID'],
  ['TRUE', 'CONFIGURATION_INVALID'],
])('ALLOW_MASS_CHANGE=%s lets nothing through', async (value, code) => {
  const { trouble } = await apply({ marks: 31, gathered: 300 }, { environment: { ALLOW_MASS_CHANGE: value } })
  expect(trouble?.code).toBe(code)
})

test('in a run of the pipeline it says how to look at the plan, and how the whole run goes on from there', async () => {
  const { trouble } = await apply({ marks: 31, gathered: 300 }, { environment: { RUN_DIR: 'runs/1' } })
  expect(trouble?.next).toMatch(
    /^Look at it first: npx -y pnpm@12 plan --at runs\/1\. .* run-pipeline --from sync-usgov --run-dir runs\/1 --allow-mass-change/,
  )
})

test('each limit is of its own action', async () => {
  const { trouble } = await apply({ marks: 31, gathered: 300 }, { options: { maxUpdatesPercent: '100' } })
  expect(trouble?.code).toBe('MASS_CHANGE')
})

const began = { RUN_STARTED_AT: '2026-11-23T10:00:00Z' }
const at = (time: string) => () => new Date(`2026-11-23T${time}Z`)

test('past 45 minutes from its start a run begins no write, and says so', async () => {
  const run = await apply({ creates: 1, gathered: 300 }, { environment: began, clock: at('10:45:01') })
  expect(run.trouble).toMatchObject({ kind: 'guard', code: 'RUN_TOO_LONG' })
  expect(run.trouble?.next).toContain('the next run writes the rest')
  expect(run.results).toEqual([])
})

test('up to 45 minutes it does', async () => {
  const run = await apply({ creates: 1, gathered: 300 }, { environment: began, clock: at('10:45:00') })
  expect(run.exitCode).toBe(EXIT.done)
})

test('past the time that its job may begin a write, it begins none', async () => {
  const environment = { ...began, WRITE_UNTIL: '2026-11-23T10:24:15Z' }
  const late = await apply({ creates: 1, gathered: 300 }, { environment, clock: at('10:24:16') })
  expect(late.trouble).toMatchObject({ code: 'RUN_TOO_LONG', message: expect.stringContaining("job's time") })
  const inTime = await apply({ creates: 1, gathered: 300 }, { environment, clock: at('10:24:15') })
  expect(inTime.exitCode).toBe(EXIT.done)
})

test('a start that is no date and time is told before anything is written', async () => {
  const environment = { RUN_STARTED_AT: 'ten' }
  expect((await apply({ updates: 1, gathered: 300 }, { environment })).trouble?.message).toContain(
    'RUN_STARTED_AT',
  )
})
