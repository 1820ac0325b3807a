import { describe, expect, test } from 'vitest'
import { findStage } from '../../../pipeline/index.ts'
import { type RunRecord, readRunRecord, readStage, recordRun, slackMessage } from '../index.ts'

/** The record keeps since when something is held back. Slack gets one message about it. */

const IDS = ['001000000000abAAAQ', '001000000000acAAAQ', '001000000000adAAAQ']

/** A run at an hour of 2026-11-23 whose compare-global held back IDS with these ARRs. */
function run(hour: number, arrs: readonly number[] | null, last?: RunRecord, dry_run = false): RunRecord {
  const row = findStage('compare-global')
  if (!row) throw new Error('no compare')
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  const held = (arrs ?? []).map((_, index) => ({
    ...{ id: index + 1, salesforce_id: IDS[index], name: 'A', withheld: 'mark', changes: null },
    reason: 'vanished',
  }))
  const doubts = (arrs ?? []).map((arr, index) => ({
    ...{ salesforce_id: IDS[index], instances: ['global'], reason: 'vanished', charge_names: [], arr },
  }))
  const files = new Map(
    arrs === null
      ? []
      : [['global_held.json', bytes(held)] as const, ['doubts.json', bytes(doubts)] as const],
  )
  const at = (minute: string) => new Date(Date.UTC(2026, 10, 23, hour, Number(minute))).toISOString()
  const about = { run_id: String(hour), commit: null, url: null, dry_run }
  return recordRun(
    { ...about, started_at: at('0'), ended_at: at('10') },
    new Map([['compare-global', { ...readStage(row, files), state: 'done', exit_code: 0 }]]),
    ({ stage }) => stage === 'compare-global',
    last,
  )
}

const first = run(10, [5000])

test('the record has ids, reason, ARR and since when, even after runs that did not compare', () => {
  const hold = { id: 1, key: IDS[0], reason: 'vanished', arr: 5000, since: first.started_at, told: true }
  expect(first.holds).toEqual({ 'compare-global': [hold] })
  const broken = run(11, null, first)
  const third = run(12, [5000, 10], broken)
  expect(third.holds['compare-global']).toMatchObject([hold, { id: 2, since: third.started_at }])
  // After a run without it, `since` starts again.
  const again = run(14, [5000], run(13, [], third))
  expect(again.holds['compare-global']).toMatchObject([{ id: 1, since: again.started_at }])
  expect(readRunRecord(JSON.stringify(third))).toEqual(third)
})

describe('Slack gets a message', () => {
  test('about new holds: how many, and the largest by ARR', () => {
    const news = slackMessage(run(10, [5000, 90_000]), undefined)
    expect(news).toContain('2 more accounts are in doubt')
    expect(news).toContain(`The largest is ${IDS[1]}, ARR 90,000.`)
  })

  test('once, and again within 24 hours only if the ARR has doubled', () => {
    expect(slackMessage(first, undefined)).toContain('One more account is in doubt')
    const same = run(11, [5000], first)
    expect(slackMessage(same, first)).toBeNull()
    const little = run(12, [5000, 4999], same)
    expect(slackMessage(little, same)).toBeNull()
    const doubled = run(13, [5000, 4999, 1], little)
    // This includes the one that was not reported before.
    expect(slackMessage(doubled, little)).toContain('2 more accounts are in doubt')
    expect(slackMessage(run(14, [5000, 4999, 1], doubled), doubled)).toBeNull()
  })

  test('after 24 hours about holds that were not reported', () => {
    const little = run(33, [5000, 10], first)
    expect(slackMessage(little, first)).toBeNull()
    expect(slackMessage(run(34, [5000, 10], little), little)).toContain('One more account is in doubt')
    expect(slackMessage(run(35, [5000], first), first)).toBeNull()
  })

  test('never about a dry run, which changes nothing for the next run', () => {
    const dry = run(11, [5000, 90_000], first, true)
    expect([slackMessage(dry, first), dry.holds]).toEqual([null, first.holds])
    expect(slackMessage(run(12, [5000, 90_000], dry), dry)).toContain(`${IDS[1]}, ARR 90,000`)
  })
})
