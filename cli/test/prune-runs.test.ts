import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunRecord, recordRun } from '@support-sync/shared/runs/record'
import { takeLock } from '@support-sync/shared/runtime/lock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DAYS_KEPT, pruneFetched, pruneRuns, RUNS_KEPT } from '../pipeline/prune-runs.ts'

const NOW = new Date('2026-11-23T12:00:00.000Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR

let runs: string
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'runs-'))
})
afterEach(() => rmSync(runs, { recursive: true }))

/** A run that ended this long ago, with these files next to its record. */
function run(ago: number, files: readonly string[] = [], hasRecord = true): string {
  const at = new Date(NOW.getTime() - ago).toISOString()
  const dir = join(runs, at.replaceAll(':', '-'))
  mkdirSync(join(dir, 'sync-global'), { recursive: true })
  const about = { run_id: 'x', commit: null, url: null, dry_run: false, started_at: at, ended_at: at }
  const record: RunRecord = recordRun(about, new Map(), () => true, undefined)
  if (hasRecord) writeFileSync(join(dir, 'run_record.json'), JSON.stringify(record))
  for (const file of files) writeFileSync(join(dir, file), '')
  return dir
}

const prune = (used: string[] = []) => pruneRuns(runs, used, NOW)

test('the newest runs stay, older ones are removed', () => {
  const dirs = Array.from({ length: RUNS_KEPT + 3 }, (_, number) => run(number * HOUR))
  expect(prune()).toBe(3)
  expect(dirs.map(dir => existsSync(dir))).toEqual(dirs.map((_, number) => number < RUNS_KEPT))
  expect(prune()).toBe(0)
})

test('a run that ended too long ago is removed, even if there are few runs; the newest always stays', () => {
  const [newest, old] = [run((DAYS_KEPT + 1) * DAY), run((DAYS_KEPT + 2) * DAY)]
  expect(prune()).toBe(1)
  expect([newest, old].map(dir => existsSync(dir))).toEqual([true, false])
})

test('a run stays up to the last day', () => {
  run(0)
  run(DAYS_KEPT * DAY)
  expect(prune()).toBe(0)
})

test('a run stays if this one uses it, it has not ended, it has a journal, or another process works in it', () => {
  run(0)
  const old = (number: number) => (DAYS_KEPT + number) * DAY
  const kept = [
    run(old(1)),
    run(old(2), [], false),
    run(old(3), ['sync-global/sync_results.journal.jsonl']),
    run(old(4), ['sync-global/sync_results.journal.abc123.jsonl']),
    run(old(5)),
  ]
  const gone = run(old(6))
  const lock = takeLock('it', join(kept[4] ?? '', '.run.lock'), NOW)
  expect(prune(kept.slice(0, 1))).toBe(1)
  lock.release()
  expect([...kept, gone].map(dir => existsSync(dir))).toEqual([true, true, true, true, true, false])
})

test('a fetched run is removed 30 days after it was fetched, unless this run uses it', () => {
  const fetched = (id: string, ago: number) => {
    const path = join(runs, id, 'fetched.json')
    mkdirSync(join(runs, id))
    writeFileSync(path, '{}')
    const at = (NOW.getTime() - ago) / 1000
    utimesSync(path, at, at)
    return join(runs, id)
  }
  const dirs = [
    fetched('1', DAYS_KEPT * DAY),
    fetched('2', (DAYS_KEPT + 1) * DAY),
    fetched('3', (DAYS_KEPT + 1) * DAY),
  ]
  expect(pruneFetched(runs, dirs.slice(2), NOW)).toBe(1)
  expect(dirs.map(dir => existsSync(dir))).toEqual([true, false, true])
  expect(prune()).toBe(1)
  expect(dirs.map(dir => existsSync(dir))).toEqual([true, false, false])
})

test('only runs that run-pipeline named are removed', () => {
  run(0)
  for (const name of ['demo', 'mine', '2026']) mkdirSync(join(runs, name, 'hour-1'), { recursive: true })
  writeFileSync(join(runs, 'plan.json'), '{}')
  expect(prune()).toBe(0)
  for (const name of ['demo', 'mine', '2026', 'plan.json']) expect(existsSync(join(runs, name))).toBe(true)
})
