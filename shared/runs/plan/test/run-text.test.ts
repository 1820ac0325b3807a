import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { PlannedSync } from '../../../pipeline/index.ts'
import { screenOf } from '../../../runtime/terminal/index.ts'
import type { RunSync } from '../../../sync/plan/model.ts'
import { runPlanText } from '../index.ts'

let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'run-text-'))
  onTestFinished(() => rmSync(runDir, { recursive: true }))
})

function linesOf(syncs: RunSync[]): string[] {
  const detail = { details: true, limit: undefined, file: 'plan.json', runDir }
  return runPlanText({ plan_of: 'support-sync', run: 'a', syncs }, detail, screenOf({}, {})).split('\n')
}

function planned(stage: PlannedSync, given: Partial<RunSync> = {}): RunSync {
  const counts = { create: 0, update: 1, mark: 0, alreadyMarked: 0, gathered: 1, unmarked: 1, entitled: 1 }
  const plan = { stage, title: stage, counts, writes: [] }
  return { stage, plan, missing: null, guard: null, applied: null, held: [], sha256: {}, ...given }
}

/** The last line of the text, if these syncs have a plan and it was written to a file. */
function applyLine(...stages: PlannedSync[]): string | undefined {
  return linesOf(stages.map(stage => planned(stage))).at(-1)
}

test('the first line shows how many syncs have no plan yet, and how many have already written', () => {
  const without = {
    plan: null,
    missing: { code: 'ARTIFACT_MISSING', message: 'x is missing', next: 'Run it' },
  }
  const headOf = (...syncs: RunSync[]) => linesOf(syncs)[0]
  expect(headOf(planned('sync-global'))).toBe('Run a: 0 to create, 1 to update, 0 to mark')
  expect(headOf(planned('sync-global', { applied: { written: 1 } }), planned('sync-usgov', without))).toBe(
    'Run a: 0 to create, 1 to update, 0 to mark; 1 of the 2 syncs has no plan yet; 1 of the 2 syncs has written already',
  )
  expect(headOf(planned('sync-usgov', without))).toBe('Run a: no sync has a plan yet')
})

function ofWholePipeline() {
  writeFileSync(join(runDir, 'run_record.json'), '{}')
}

test('the plan of a pipeline run is applied by running that stage', () => {
  ofWholePipeline()
  expect(applyLine('sync-global', 'partner-sync')).toBe(
    `To apply exactly this:  ./support-sync run-pipeline --only sync-global --run-dir ${runDir} --plan plan.json`,
  )
})

test('the plan of a run that was fetched from GitLab is applied on GitLab', () => {
  ofWholePipeline()
  const origin = { project_url: 'https://gitlab.example.com/a/b', run_id: '100', jobs: {} }
  const times = { started_at: '2026-11-23T10:00:00.000Z', fetched_at: '2026-11-23T12:00:00.000Z' }
  writeFileSync(join(runDir, 'fetched.json'), JSON.stringify({ ...origin, ...times }))
  expect(applyLine('sync-usgov')).toBe(
    'To apply it on GitLab:  start the task sync there with start_from set to sync-usgov and resume_run to 100',
  )
})

test.each(['partner-sync', 'usgov-user-sync'] as const)(
  'for %s, which has its own gathers, only the sync bin runs, because the stage would make a new plan',
  stage => {
    ofWholePipeline()
    expect(applyLine(stage)).toBe(
      `To apply exactly this:  ./support-sync run-stage ${stage} sync --data-dir ${join(runDir, stage)} --plan plan.json`,
    )
  },
)

test('a plan in a stage’s package is applied from there', () => {
  mkdirSync(join(runDir, 'sync-global'))
  writeFileSync(join(runDir, 'sync-global', 'package.json'), '{}')
  expect(applyLine('sync-global')).toBe(
    `To apply exactly this:  ./support-sync run-stage sync-global sync --data-dir ${join(runDir, 'sync-global', 'data')} --plan plan.json`,
  )
})

test('held-back changes are shown after the plan, with the reason', () => {
  const held: RunSync['held'][number] = {
    id: 7,
    salesforce_id: '001000000000abAAAQ',
    name: 'Acme',
    withheld: 'loss',
    reason: 'unknown_charge',
    changes: { support_level: { from: 'ultimate', to: 'premium' } },
  }
  const mark: typeof held = {
    ...held,
    id: 8,
    salesforce_id: null,
    withheld: 'mark',
    reason: 'vanished',
    changes: null,
  }
  expect(linesOf([planned('sync-global', { held: [held, mark] })])).toEqual(
    expect.arrayContaining([
      'Held back: accounts in doubt (2)',
      '‖ 001000000000abAAAQ  "Acme": a charge name is not in plans.yml',
      '    support_level  "ultimate" → "premium"',
      '‖ organization 8  "Acme": an entitlement that has not ended has lost its charges',
      '    mark_for_deletion  false → true',
    ]),
  )
})
