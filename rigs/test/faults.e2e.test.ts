import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CALLS } from '../faults/calls.ts'
import type { Outcome } from '../faults/cell.ts'
import { allCells } from '../faults/cells.ts'
import { FAULTS } from '../faults/faults.ts'
import { judgeAgain, judgeFirst } from '../faults/judge.ts'
import { runCells } from '../faults/run-cells.ts'
import { coveringSample, sampleOf } from '../faults/sample.ts'
import { problemList } from '../faults/table.ts'
import { runUndisturbed, type Undisturbed } from '../faults/undisturbed.ts'
import { dice } from '../random.ts'

/** A sample of `pnpm faults`: every call and every fault at least once. */

let folder: string
let runs: Undisturbed[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'))
  runs = await runUndisturbed(folder)
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

async function outcomesOf(cells: ReturnType<typeof allCells>, asChildren = false): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  await runCells(cells, runs, asChildren, outcome => outcomes.push(outcome))
  return outcomes
}

test('with any fault in any call, the run recovers or stops cleanly, and writes nothing wrong', {
  timeout: 300_000,
}, async () => {
  const cells = coveringSample(allCells(runs), dice(7))
  const outcomes = await outcomesOf(cells)
  expect(problemList(outcomes)).toBe('')
  expect(outcomes.length).toBe(cells.length)
  const covered = new Set(outcomes.flatMap(({ cell }) => [cell.call, cell.fault.name]))
  expect(covered.size).toBe(CALLS.length + FAULTS.length)
  // A sample with only failures, or with none, would prove little.
  for (const wanted of ['recovered', 'stopped'])
    expect(outcomes.filter(({ outcome }) => outcome === wanted).length).toBeGreaterThan(10)
})

test('the same holds with bins as child processes', { timeout: 120_000 }, async () => {
  const syncs = allCells(runs).filter(({ call }) => call.kind === 'create' || call.kind === 'list')
  const outcomes = await outcomesOf(sampleOf(syncs, 4, dice(3)), true)
  expect(problemList(outcomes)).toBe('')
  expect(outcomes.length).toBe(4)
})

/** Tests the judge: a run like the undisturbed one, with one difference. */
function observed(change: Partial<Parameters<typeof judgeFirst>[2]>) {
  const undisturbed = runs.find(({ stage }) => stage === 'sync-global')
  const cell = allCells(runs).find(({ call }) => call.stage === 'sync-global')
  if (!undisturbed || !cell) throw new Error('sync-global has no cell')
  const { exitCode, writes, state, results } = undisturbed
  const run = {
    exitCode,
    writes,
    state,
    results,
    artifacts: new Map(),
    files: [],
    log: [],
    secrets: [],
    ...change,
  }
  return { undisturbed, cell, run }
}

test.each<[string, (run: Undisturbed) => Partial<Parameters<typeof judgeFirst>[2]>, RegExp]>([
  [
    'an unexpected write',
    ({ writes }) => ({ writes: [...writes, 'global: mark Heath'] }),
    /wrong write: global: mark/,
  ],
  ['a record created twice', ({ state }) => ({ state: [...state, state[0] ?? ''] }), /created twice/],
  ['a wrong exit code', () => ({ exitCode: 3 }), /exit code 3/],
  ['a bug', () => ({ exitCode: 1 }), /crashes/],
  ['no end', () => ({ exitCode: null }), /hangs/],
  ['a partial file', () => ({ files: ['.x.json.1.part'] }), /leaves \.x/],
  ['a leaked secret', () => ({ secrets: ['SLACK_TOKEN (raw)'] }), /leaks a secret: SLACK_TOKEN/],
  ['no reason for stopping', () => ({ exitCode: 75 }), /does not name the call/],
])('%s is wrong', (_, change, problem) => {
  const { cell, undisturbed, run } = observed({})
  expect(judgeFirst(cell, undisturbed, run).problems).toEqual([])
  const { problems } = judgeFirst(cell, undisturbed, { ...run, ...change(undisturbed) })
  expect(problems.join('\n')).toMatch(problem)
})

test('a lost record is wrong, and so is a write without a result', () => {
  const { undisturbed, run } = observed({})
  expect(judgeAgain(undisturbed, run, run)).toEqual([])
  const [lost, ...state] = run.state
  expect(judgeAgain(undisturbed, run, { ...run, state })).toEqual([`lost: ${lost}`])
  const unreported = { ...run, results: run.results.filter(({ what }) => !what.startsWith('mark')) }
  expect(judgeAgain(undisturbed, unreported, unreported)[0]).toMatch(/^no result for: mark /)
})
