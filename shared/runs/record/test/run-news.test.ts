import { expect, test } from 'vitest'
import { resultSchema } from '../../../domain/index.ts'
import { attentionText, junitOf, slackMessage } from '../index.ts'
import { failed, failingAt, hour, record, stage, stopped, summary } from './record-builder.ts'

/** What a run reports to Slack, in its one-line summary, and in GitLab's Tests tab. */

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

test('a run says what needs attention, with counts', () => {
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
