import { expect, test } from 'vitest'
import { resultSchema } from '../../../domain/index.ts'
import { findStage, STAGES } from '../../../pipeline/index.ts'
import type { Summary } from '../../../runtime/bin/index.ts'
import {
  attentionText,
  junitOf,
  nextStages,
  type RunRecord,
  readRunRecord,
  readStage,
  recordRun,
  type StageRecord,
  slackMessage,
  stateText,
} from '../index.ts'

/** What a run's record has, what it carries over, and what Slack reports about it. */

const AT = '2026-11-23T10:00:00.000Z'
const GUARD = { code: 'MASS_CHANGE', message: '31 marks of 300 <all>', next: 'Look at the plan.' }

function summary(bin: string, given: Partial<Summary> = {}): Summary {
  return {
    bin,
    started_at: AT,
    ended_at: '2026-11-23T10:00:02.000Z',
    exit_code: 0,
    dry_run: false,
    records_in: {},
    records_out: {},
    requests: 3,
    retries: 0,
    warnings: [],
    error: null,
    ...given,
  }
}

/** A stage as read from its files. */
function stage(name: string, summaries: readonly Summary[], more: Record<string, unknown> = {}): StageRecord {
  const row = findStage(name)
  if (!row) throw new Error(`no stage ${name}`)
  const files = new Map<string, Uint8Array>()
  const put = (path: string, value: unknown) =>
    files.set(path, new TextEncoder().encode(JSON.stringify(value)))
  for (const one of summaries) put(`summaries/${name}.${one.bin}.json`, one)
  for (const [path, value] of Object.entries(more)) put(path, value)
  return readStage(row, files)
}

/** Every stage is done, except the given ones. */
function record(
  given: readonly StageRecord[],
  {
    last,
    ...run
  }: {
    last?: RunRecord
    dry_run?: boolean
    run_id?: string
    started_at?: string
    ended_at?: string
    asked?: readonly string[]
  } = {},
): RunRecord {
  const done = STAGES.map(({ stage: name, bins }) =>
    stage(
      name,
      bins.map(({ bin }) => summary(bin)),
    ),
  )
  const stages = new Map([...done, ...given].map(one => [one.stage, one]))
  return recordRun(
    {
      run_id: '100',
      commit: null,
      url: 'https://gitlab.example.com/1',
      dry_run: false,
      started_at: AT,
      ended_at: '2026-11-23T10:12:00.000Z',
      ...run,
    },
    stages,
    ({ stage }) => run.asked?.includes(stage) ?? true,
    last,
  )
}

const timed = (name: string, ended_at: string) =>
  stage(
    name,
    (findStage(name)?.bins ?? []).map(({ bin }) => summary(bin, { ended_at })),
  )
const LATER = '2026-11-23T11:00:00.000Z'
const stopped = (code = 'MASS_CHANGE') =>
  stage('sync-usgov', [summary('sync', { exit_code: 3, error: { ...GUARD, code } })])
const stateOf = ({ stages }: RunRecord, name: string) => stages.find(({ stage }) => stage === name)?.state

test('what sync-global owes is kept through runs that do not get that far, and through dry runs, for 7 days', () => {
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
  expect(inWords.get('accounts')).toBe('not asked for')
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

test('a stage before the start of the run was not asked for', () => {
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

test('the history has the last 48 runs, one entry per run', () => {
  let last = record([])
  for (let run = 101; run <= 160; run++) last = record([], { run_id: String(run), last })
  expect(last.history).toHaveLength(48)
  expect(last.history.at(-1)).toMatchObject({ run_id: '160', minutes: 12, exit_code: 0, requests: 3 * 17 })
  expect(record([], { run_id: '160', last }).history).toEqual(last.history)
})

test('Slack gets a message when a stage breaks, the second time, and when it works again; not each hour', () => {
  const first = record([stopped()])
  expect(slackMessage(first, undefined)).toBe(
    '<https://gitlab.example.com/1|Support sync, run 100>: sync-usgov stopped (MASS_CHANGE)\n' +
      '*sync-usgov* stopped. MASS_CHANGE: 31 marks of 300 &lt;all&gt;. Next: Look at the plan.',
  )
  const second = record([stopped()], { last: first })
  expect(slackMessage(second, first)).toContain('*sync-usgov* stopped for the second run.')
  const third = record([stopped()], { last: second })
  expect(slackMessage(third, second)).toBeNull()
  const other = record([stopped('RUN_TOO_LONG')], { last: third })
  expect(slackMessage(other, third)).toContain('*sync-usgov* stopped for the 4th run. RUN_TOO_LONG')
  const mended = record([], { last: other })
  expect(slackMessage(mended, other)).toContain('*sync-usgov* works again, after 4 runs.')
  expect(slackMessage(record([], { last: mended }), mended)).toBeNull()
})

test('a run says what of it needs a person, and how much', () => {
  expect(attentionText(record([]))).toBeNull()
  expect(attentionText(record([stopped()]))).toBe('sync-usgov stopped (MASS_CHANGE)')
  const broken = record([stopped()])
  const stages = broken.stages.map(stage =>
    stage.stage === 'sync-global'
      ? { ...stage, failures: [failed(1), failed(2)].map(one => resultSchema.parse(one)) }
      : stage,
  )
  const hold = { id: 1, key: 'k', reason: 'vanished', arr: 1, since: broken.started_at, told: false } as const
  const holds = { 'compare-usgov': [hold] }
  expect(attentionText({ ...broken, stages, holds })).toBe(
    'sync-usgov stopped (MASS_CHANGE), 2 records failed, 1 organization held back',
  )
})

test.each([
  [3, '3rd'],
  [11, '11th'],
  [22, '22nd'],
])('a stage that stops with another code in run %i is reported as the %s', (count, nth) => {
  let last = record([stopped()])
  for (let run = 2; run < count; run++) last = record([stopped()], { last })
  expect(slackMessage(record([stopped('RUN_TOO_LONG')], { last }), last)).toContain(`for the ${nth} run. RUN`)
})

test('a run of other stages changes nothing about a broken stage, and a dry run posts nothing', () => {
  const broken = record([stopped()])
  const other = record([], { run_id: '200', asked: ['partner-sync'], last: broken })
  expect(slackMessage(other, broken)).toBeNull()
  expect(other.broken).toEqual(broken.broken)
  const dry = record([stopped('RUN_TOO_LONG')], { dry_run: true, last: broken })
  expect(slackMessage(dry, broken)).toBeNull()
  expect(dry.broken).toEqual(broken.broken)
})

const failed = (id: number, code = 'DuplicateValue') => ({
  action: 'update',
  key: `00100000000${id}AAA`,
  id,
  status: 'failed',
  http_status: 422,
  code,
  attributes: ['name'],
  error: 'it is taken',
})
const failingAt = (results: readonly unknown[], exit_code = 4) =>
  stage('sync-global', [summary('sync', { exit_code })], { 'sync_results.json': results })
const hour = (hours: number) => ({
  started_at: new Date(Date.parse(AT) + hours * 3_600_000).toISOString(),
  ended_at: new Date(Date.parse(AT) + hours * 3_600_000 + 600_000).toISOString(),
  run_id: String(200 + hours),
})

test('records that fail for the same reason in a second run have failed since the first, and Slack gets one message', () => {
  const first = record([failingAt([failed(1001), failed(1002), failed(1003)])], hour(0))
  expect(slackMessage(first, undefined)).toBeNull()
  const second = record(
    [failingAt([failed(1001), failed(1002), failed(1003, 'RecordInvalid'), failed(1004)])],
    { ...hour(1), last: first },
  )
  expect(second.failing['sync-global']).toMatchObject([
    { id: 1001, since: first.started_at, runs: 2 },
    { id: 1002, since: first.started_at, runs: 2 },
    { id: 1003, since: second.started_at, runs: 1 },
    { id: 1004, since: second.started_at, runs: 1 },
  ])
  expect(slackMessage(second, first)).toContain(
    '*sync-global*: failing since 10:00 UTC: 2 records, DuplicateValue.',
  )
  const third = record([failingAt([failed(1001)])], { ...hour(25), last: second })
  expect(third.failing['sync-global']).toMatchObject([{ id: 1001, since: first.started_at, runs: 3 }])
  expect(slackMessage(third, second)).toBeNull()
  expect(record([failingAt([], 0)], { ...hour(26), last: third }).failing).toEqual({})
})

test('failures are kept through runs that do not write, without a second message', () => {
  const first = record([failingAt([failed(1001)])], hour(0))
  const second = record([failingAt([failed(1001)])], { ...hour(1), last: first })
  const silent = [
    record([stage('sync-global', [summary('sync', { exit_code: 3 })])], { ...hour(2), last: second }),
    record([failingAt([], 0)], { ...hour(2), last: second, dry_run: true }),
    record([], { ...hour(2), last: second, asked: ['partner-sync'] }),
    record([failingAt([], 75)], { ...hour(2), last: second }),
  ]
  for (const next of silent) {
    expect(next.failing).toEqual(second.failing)
    expect(slackMessage(next, second) ?? '').not.toContain('failing')
  }
})

test('a user without an id cannot be recognised in the next run', () => {
  const create = { ...failed(1), action: 'create', key: 'creates.json record 1', id: null }
  const first = record([failingAt([create])], hour(0))
  const second = record([failingAt([create])], { ...hour(1), last: first })
  expect(second.failing['sync-global']).toMatchObject([{ since: second.started_at, runs: 1 }])
})

test('the JUnit report says since when a record fails, from the second run on', () => {
  const first = record([failingAt([failed(1)])], hour(0))
  const second = record([failingAt([failed(1), failed(2)])], { ...hour(1), last: first })
  expect(junitOf(first.stages, first)).not.toContain('failing since')
  const texts = junitOf(second.stages, second).match(/failing since [^,]*/g)
  expect(texts).toEqual([expect.stringMatching(/^failing since \d\d:\d\d UTC$/)])
})

test('the JUnit report names guards and failed records, and contains no sentence of Zendesk', () => {
  const refused = {
    action: 'update',
    key: '001000000000001AAA',
    id: 7,
    status: 'failed',
    http_status: 422,
    code: 'DuplicateValue',
    attributes: ['name'],
    error: '"Ärzte & Söhne" is taken',
  }
  const failing = stage('sync-global', [summary('sync', { exit_code: 4 })], {
    'sync_results.json': [refused],
  })
  const xml = junitOf(record([failing, stopped(), stage('processor', [])]).stages)
  expect(xml).toContain('name="update 001000000000001AAA"')
  expect(xml).toContain('<failure type="DuplicateValue" message="DuplicateValue">HTTP 422, Zendesk id 7')
  expect(xml).not.toContain('Söhne')
  expect(xml).toContain('name="sync: guard MASS_CHANGE"')
  expect(xml).toContain('31 marks of 300 &lt;all&gt;')
  expect(xml).toContain('<failure type="LOST"')
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
