import { expect, test } from 'vitest'
import { findStage, STAGES } from '../../../pipeline/index.ts'
import type { Summary } from '../../../runtime/records/index.ts'
import { nextStages, readRunRecord, stateText } from '../index.ts'
import { AT, GUARD, LATER, record, stage, stateOf, stopped, summary, timed } from './record-builder.ts'

/** What a run's record has, and what it carries over. */

test('what sync-global owes is kept for 7 days, through dry runs and through runs in which the sync does not finish', () => {
  const owed = [{ action: 'notify' as const, key: '001000000000001AAA', organization_id: 5, since: AT }]
  const syncGlobal = (given: Partial<Summary>) => stage('sync-global', [summary('sync', given)])
  const first = record([syncGlobal({ owed })])
  expect(first.owed).toEqual(owed)
  const broken = record([syncGlobal({ exit_code: 75 })], { last: first, run_id: '101' })
  expect(broken.owed).toEqual(owed)
  const dry = record([syncGlobal({ owed: [], dry_run: true })], { last: broken, dry_run: true })
  expect(dry.owed).toEqual(owed)
  expect(record([syncGlobal({ owed: [] })], { last: dry, run_id: '102' }).owed).toEqual([])
  const old = { ...dry, owed: owed.map(one => ({ ...one, since: '2026-11-14T10:00:00.000Z' })) }
  expect(record([syncGlobal({})], { last: old, run_id: '103' }).owed).toEqual([])
})

test('the overrides in effect are kept until the processor reads them again, and through dry runs', () => {
  const processor = (overrides?: string[]) =>
    stage('processor', [summary('processor', overrides ? { overrides } : { exit_code: 2 })])
  const first = record([processor(['001000000000001AAA'])])
  expect(first.overrides).toEqual(['001000000000001AAA'])
  const stopped = record([processor()], { last: first, run_id: '101' })
  expect(stopped.overrides).toEqual(first.overrides)
  const dry = record([processor([])], { last: stopped, dry_run: true })
  expect(dry.overrides).toEqual(first.overrides)
  expect(record([processor([])], { last: dry, run_id: '102' }).overrides).toEqual([])
})

test('a stage is done, has failed records, stopped, or left no result', () => {
  const bins = findStage('partner-sync')?.bins.map(({ bin }) => summary(bin)) ?? []
  expect(stage('partner-sync', bins)).toMatchObject({ state: 'done', exit_code: 0 })
  expect(stage('partner-sync', bins.slice(0, 2))).toMatchObject({ state: 'lost', exit_code: null })
  expect(stage('partner-sync', [])).toMatchObject({ state: 'lost' })
  const failed = summary('sync', { exit_code: 4 })
  expect(stage('sync-usgov', [failed])).toMatchObject({ state: 'records-failed', exit_code: 4 })
  expect(stopped()).toMatchObject({ state: 'stopped', exit_code: 3, error: { bin: 'sync', ...GUARD } })
})

test("a stage's state in words says how it ended, or why it has no result", () => {
  const failed = stage('sync-usgov', [summary('sync', { exit_code: 4 })])
  expect([failed, stopped(), stopped('CANCELLED'), stage('sync-usgov', [])].map(stateText)).toEqual([
    'some records failed',
    'stopped by a guard',
    'cancelled',
    'no result (killed or timed out)',
  ])
  const run = record([stage('compare-usgov', []), stage('sync-usgov', [])], {
    asked: ['compare-usgov', 'sync-usgov'],
  })
  const inWords = new Map(run.stages.map(one => [one.stage, stateText(one)]))
  expect(inWords.get('accounts')).toBe('not part of this run')
  expect(inWords.get('sync-usgov')).toBe('not run')
})

test('stages after a failed stage did not run, and the other branch did', () => {
  const run = record([stage('compare-usgov', []), stage('sync-usgov', []), stage('usgov-user-sync', [])])
  expect(stateOf(run, 'compare-usgov')).toBe('lost')
  expect(stateOf(run, 'sync-usgov')).toBe('not-run')
  expect(stateOf(run, 'usgov-user-sync')).toBe('not-run')
  expect(stateOf(run, 'partner-sync')).toBe('done')
  expect(run.exit_code).toBe(1)
})

test('a stage before the start of the run is not part of it', () => {
  const run = record([], { asked: ['partner-sync'] })
  expect(stateOf(run, 'accounts')).toBe('not-asked')
  expect(stateOf(run, 'partner-sync')).toBe('done')
})

test('a resumed run keeps the outcomes of its other stages', () => {
  const left = record([stopped()])
  const on = record([], { asked: ['partner-sync'], last: left })
  expect(stateOf(on, 'sync-usgov')).toBe('stopped')
  expect(on.exit_code).toBe(0)
  expect(on.broken).toEqual(left.broken)
})

test('final results are counted, failures are kept whole, and a dry run has neither', () => {
  const result = { action: 'update', key: '1', id: 1, status: 'written', http_status: 200, error: null }
  const refused = {
    ...result,
    key: '2',
    status: 'failed',
    http_status: 422,
    code: 'DuplicateValue',
    attributes: ['name'],
    error: 'taken',
  }
  const again = { ...result, status: 'recognised' }
  const files = { 'sync_results.json': [result, { ...result, id: 2 }, again, refused] }
  expect(stage('sync-usgov', [summary('sync', { exit_code: 4 })], files)).toMatchObject({
    results: { update_written: 2, update_failed: 1 },
    failures: [refused],
  })
  const dry = stage('sync-usgov', [summary('sync', { dry_run: true })], files)
  expect(dry).toMatchObject({ results: null, failures: [] })
})

test('the counts of a gather are kept until a later run gathers again', () => {
  const gathered = (accounts: number, exit_code = 0) =>
    stage('accounts', [summary('gather', { exit_code, gathered: { accounts } })])
  const first = record([gathered(400)])
  expect(first.gathered['accounts.gather']).toEqual({ run_id: '100', counts: { accounts: 400 } })
  const broken = record([gathered(10, 3)], { run_id: '200', last: first })
  expect(broken.gathered['accounts.gather']).toEqual({ run_id: '100', counts: { accounts: 400 } })
  const later = record([gathered(390, 4)], { run_id: '300', last: broken })
  expect(later.gathered['accounts.gather']).toEqual({ run_id: '300', counts: { accounts: 390 } })
})

test('a real run that continues a dry run does not take over its counts', () => {
  const gathered = (accounts: number) => stage('accounts', [summary('gather', { gathered: { accounts } })])
  const first = record([gathered(400)])
  const dry = record([gathered(250)], { run_id: '200', last: first, dry_run: true })
  const real = record([stage('processor', [summary('processor')])], {
    ...{ run_id: '200', last: dry, asked: ['processor'] },
  })
  expect(real.gathered['accounts.gather']).toEqual({ run_id: '100', counts: { accounts: 400 } })
})

test('the history has the last 48 runs, one entry per run', () => {
  const bins = STAGES.flatMap(row => row.bins).length
  let last = record([])
  for (let run = 101; run <= 160; run++) last = record([], { run_id: String(run), last })
  expect(last.history).toHaveLength(48)
  expect(last.history.at(-1)).toMatchObject({ run_id: '160', minutes: 12, exit_code: 0, requests: 3 * bins })
  expect(record([], { run_id: '160', last }).history).toEqual(last.history)
})

test('a record is read back unchanged, and other content is not a record', () => {
  const written = record([stopped()])
  expect(readRunRecord(JSON.stringify(written))).toEqual(written)
  expect(readRunRecord('{"run_id": 1}')).toBeUndefined()
  expect(readRunRecord('{"run')).toBeUndefined()
})

test('the next stages after a partial run are those that follow a stage that has succeeded since', () => {
  expect(nextStages(record([]).stages)).toEqual([])
  expect(nextStages(record([], { asked: ['processor'] }).stages)).toEqual(['compare-global', 'compare-usgov'])
  expect(nextStages(record([], { asked: ['sync-global', 'partner-sync'] }).stages)).toEqual([])
  // Resumed in the same run, whose other stages ended before.
  expect(nextStages(record([timed('compare-global', LATER)]).stages)).toEqual(['sync-global'])
  expect(nextStages(record([timed('partner-sync', LATER)]).stages)).toEqual([])
})

test('no stage comes next after a stage that stopped or was lost', () => {
  expect(nextStages(record([stopped()]).stages)).toEqual([])
  expect(nextStages(record([stage('sync-global', [])]).stages)).toEqual([])
})

test('a stage comes next only after all stages that it follows', () => {
  const guarded = stage('accounts', [summary('gather', { exit_code: 3, error: GUARD })])
  const notRun = STAGES.slice(2).map(row => stage(row.stage, []))
  const last = record([guarded, ...notRun], { run_id: '7' })
  expect(nextStages(last.stages)).toEqual([])
  // Afterwards only accounts ran again, and worked.
  const resumed = record([], { run_id: '7', asked: ['accounts'], last })
  expect(nextStages(resumed.stages)).toEqual(['processor'])
})

const DAY_BEFORE = '2026-11-22T10:30:00.000Z'
const removal = (id: number, at: string, run_id: string) => ({
  kind: 'marks' as const,
  ids: [id],
  of: 300,
  consented: false,
  run_id,
  at,
})

test('what a sync removed without consent is kept for 24 hours, once', () => {
  const sync = stage('sync-global', [
    summary('sync', { removals: [{ kind: 'marks', ids: [7], of: 290, consented: false }] }),
  ])
  const last = {
    ...record([]),
    removals: { 'sync-global': [removal(1, '2026-11-22T09:00:00.000Z', '1'), removal(2, DAY_BEFORE, '2')] },
  }
  const own = {
    kind: 'marks',
    ids: [7],
    of: 290,
    consented: false,
    run_id: '42',
    at: '2026-11-23T10:00:02.000Z',
  }
  const next = record([sync], { last, run_id: '42' })
  expect(next.removals).toEqual({ 'sync-global': [removal(2, DAY_BEFORE, '2'), own] })
  expect(record([sync], { last: next, run_id: '42' }).removals).toEqual(next.removals)
})

test('a dry run does not change what the next run is compared with', () => {
  const sync = stage('sync-global', [
    summary('sync', { removals: [{ kind: 'marks', ids: [7], of: 290, consented: false }] }),
  ])
  const gathered = stage('accounts', [summary('gather', { gathered: { accounts: 5 } })])
  const last = {
    ...record([]),
    gathered: { 'accounts.gather': { run_id: '1', counts: { accounts: 300 } } },
    removals: { 'sync-global': [removal(2, DAY_BEFORE, '2')] },
  }
  const { gathered: after, removals } = record([gathered, sync], { last, dry_run: true })
  expect({ after, removals }).toEqual({ after: last.gathered, removals: last.removals })
})

test('an artifact that is allowed to be empty may be empty until it has records', () => {
  const read = (count: number, given: Partial<Summary> = {}) =>
    stage('compare-usgov', [summary('compare', { records_in: { 'zendesk_usgov.json': count }, ...given })])
  const first = record([read(0, { empty: ['zendesk_usgov.json'] })])
  expect(first.empty).toEqual({ 'compare-usgov': ['zendesk_usgov.json'] })
  const stopped = record([read(0, { exit_code: 3 })], { last: first })
  expect(stopped.empty).toEqual(first.empty)
  expect(record([read(5)], { last: stopped }).empty).toEqual({})
  expect(record([read(0, { exit_code: 3, empty: ['zendesk_usgov.json'] })]).empty).toEqual({})
})
