import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import { type RunRecord, recordRun } from '@support-sync/shared/runs/record'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chooseRun } from '../pipeline/choose-run.ts'

/** Which record the guards compare a run with. */

let runs: string
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'runs-'))
})
afterEach(() => rmSync(runs, { recursive: true }))

const at = (hour: number) => `2026-11-23T${String(hour).padStart(2, '0')}:00:00.000Z`
const timeName = (hour: number) => at(hour).replaceAll(':', '-')

/** A run that started at this hour. Those of its stages that started before it are of the run that it continued. */
function run(name: string, hour: number, { dry_run = false, continued = hour } = {}): void {
  const about = { run_id: name, commit: null, url: null, dry_run, started_at: at(hour), ended_at: at(hour) }
  const record: RunRecord = recordRun(about, new Map(), () => true, undefined)
  const stages = record.stages.map((stage, place) => ({
    ...stage,
    started_at: at(place === 0 ? continued : hour),
  }))
  put(`${name}/${RUN_RECORD}`, JSON.stringify({ ...record, stages }))
}

function put(path: string, content: string): void {
  mkdirSync(dirname(join(runs, path)), { recursive: true })
  writeFileSync(join(runs, path), content)
}

/** The run whose record a run in this directory is compared with. */
function lastOf(name: string, more: Omit<Parameters<typeof chooseRun>[0], 'run-dir'> = {}) {
  const { lastRecord } = chooseRun({ 'run-dir': join(runs, name), ...more })
  return lastRecord === undefined ? undefined : basename(dirname(lastRecord))
}

describe('a new run is compared with the run beside it that started last', () => {
  test('the first run has none', () => {
    expect(lastOf('h1')).toBeUndefined()
  })

  test('by its start, not by its name', () => {
    run('h9', 9)
    expect(lastOf('h10')).toBe('h9')
    run('h10', 10)
    expect(lastOf('a')).toBe('h10')
    run('a', 11)
    expect(lastOf('h12')).toBe('a')
  })

  test('named runs and runs that run-pipeline named, mixed', () => {
    run(timeName(9), 9)
    expect(lastOf('h1')).toBe(timeName(9))
    run('h1', 10)
    expect(lastOf(timeName(11))).toBe('h1')
    run(timeName(11), 11)
    expect(lastOf('a')).toBe(timeName(11))
  })

  test('by its record, also if its name says another time', () => {
    run(timeName(20), 9)
    run(timeName(8), 10)
    expect(lastOf(timeName(7))).toBe(timeName(8))
  })

  test('a dry run too: its record carries over what it did not change', () => {
    run('h1', 9)
    run('dry', 10, { dry_run: true })
    expect(lastOf('h2')).toBe('dry')
  })

  test('a run that continued keeps its place: its record does not know the runs since', () => {
    run('h1', 12, { continued: 9 })
    run('h2', 10)
    expect(lastOf('h3')).toBe('h2')
  })

  test('not with a run without a record, a directory that is not a run, or a run fetched from GitLab', () => {
    run('h1', 9)
    put(`${timeName(10)}/accounts/salesforce_accounts.json`, '[]')
    put('notes/readme.txt', '')
    put(RUN_RECORD, '{}')
    run('4711', 11)
    const fetched = {
      project_url: 'https://gitlab.example.com/a/b',
      run_id: '4711',
      fetched_at: at(12),
      jobs: {},
    }
    put('4711/fetched.json', JSON.stringify(fetched))
    expect(lastOf('h2')).toBe('h1')
  })
})

describe('a run in the directory of an earlier one', () => {
  test('that continues is compared with its own record', () => {
    run('h1', 9)
    run('h2', 10)
    expect(lastOf('h1', { from: 'processor' })).toBe('h1')
    expect(lastOf('h1', { only: 'sync-global', 'dry-run': true })).toBe('h1')
  })

  test('that continues without a record of its own is compared with the run that started last', () => {
    run('h1', 9)
    put('killed/accounts/salesforce_accounts.json', '[]')
    expect(lastOf('killed', { from: 'processor' })).toBe('h1')
  })

  test('that starts again is a new run: the last one may be itself', () => {
    run('h1', 9)
    expect(lastOf('h1')).toBe('h1')
    run('h2', 10)
    expect(lastOf('h1')).toBe('h2')
  })

  test('that starts on copies of another run is a new run too', () => {
    run('h1', 9)
    run('h2', 10)
    expect(lastOf('h3', { 'resume-run': join(runs, 'h1'), from: 'processor' })).toBe('h2')
  })
})

test.each(['', ' '])('the directory %j is refused, because it would be that of all runs', empty => {
  expect(() => chooseRun({ 'run-dir': empty })).toThrow('--run-dir is empty')
})
