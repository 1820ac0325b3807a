import { expect, test } from 'vitest'
import { dataDirectory, openTestContext } from './index.ts'
import { runOwn } from './own-bin.ts'

const BEGUN = '2026-11-23T10:00:00.000Z'
const ENDED = '2026-11-23T10:20:00.000Z'

test('a bin uses the given clock for its start, its end and its date', async () => {
  const data = dataDirectory()
  const times = [BEGUN]
  await runOwn(data, () => void times.push(ENDED), { clock: () => new Date(times.at(-1) ?? '') })
  expect(data.summary('sync-usgov.sync')).toMatchObject({
    today: '2026-11-23',
    started_at: BEGUN,
    ended_at: ENDED,
  })
})

test('a bin’s services use the same clock and the same waits', async () => {
  const waits: number[] = []
  const { context } = openTestContext(dataDirectory(), {
    clock: () => new Date(BEGUN),
    sleep: async milliseconds => void waits.push(milliseconds),
  })
  const { now, sleep } = context.http
  await sleep(1_000_000)
  expect({ now: now(), waits }).toEqual({ now: Date.parse(BEGUN), waits: [1_000_000] })
})
