import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { PlannedSync } from '../../syncs/index.ts'
import { screenOf } from '../../terminal/index.ts'
import { runPlanText } from '../index.ts'
import type { RunSync } from '../model.ts'

let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'run-text-'))
  onTestFinished(() => rmSync(runDir, { recursive: true }))
})

/** The last line of a written plan's text, when these syncs have a plan to be applied. */
function applyLine(...stages: PlannedSync[]): string | undefined {
  const counts = { create: 0, update: 1, mark: 0, alreadyMarked: 0, gathered: 1 }
  const syncs = stages.map((stage): RunSync => {
    const plan = { stage, title: stage, counts, writes: [] }
    return { stage, plan, missing: null, guard: null, applied: null, sha256: {} }
  })
  const detail = { details: true, limit: undefined, file: 'plan.json', runDir }
  const text = runPlanText({ plan_of: 'support-sync', run: 'a', syncs }, detail, screenOf({}, {}))
  return text.split('\n').at(-1)
}

function ofWholePipeline() {
  writeFileSync(join(runDir, 'run_record.json'), '{}')
}

test('a plan of a run of the pipeline is applied by running that stage', () => {
  ofWholePipeline()
  expect(applyLine('sync-global', 'partner-sync')).toBe(
    `Apply exactly this:     npx -y pnpm@12 run-pipeline --only sync-global --run-dir ${runDir} --plan plan.json`,
  )
})

test.each(['partner-sync', 'usgov-user-sync'] as const)(
  'of %s, which gathers for itself, the sync alone is run: it would compare anew',
  stage => {
    ofWholePipeline()
    expect(applyLine(stage)).toBe(
      `Apply exactly this:     npx -y pnpm@12 run-stage ${stage} sync --data-dir ${join(runDir, stage)} --plan plan.json`,
    )
  },
)

test('what single stages left in their packages is applied from there', () => {
  mkdirSync(join(runDir, 'sync-global'))
  writeFileSync(join(runDir, 'sync-global', 'package.json'), '{}')
  expect(applyLine('sync-global')).toBe(
    `Apply exactly this:     npx -y pnpm@12 run-stage sync-global sync --data-dir ${join(runDir, 'sync-global', 'data')} --plan plan.json`,
  )
})
