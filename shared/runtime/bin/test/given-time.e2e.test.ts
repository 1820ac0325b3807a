import { expect, test } from 'vitest'
import { dataDirectory, openTestContext } from './index.ts'
import { runOwn } from './own-bin.ts'

const BEGUN = '2026-11-23T10:00:00.000Z'
const ENDED = '2026-11-23T10:20:00.000Z'

test('a bin tells when it began and ended, and decides by a day, of the time that it is given', async () => {
  const data = dataDirectory()
  const times = [BEGUN]
  await runOwn(data, () => void times.push(ENDED), { clock: () => new Date(times.at(-1) ?? '') })
  expect(data.summary('sync-usgov.sync')).toMatchObject({
    today: '2026-11-23',
    started_at: BEGUN,
    ended_at: ENDED,
  })
})

test('what a bin asks of its services goes by the same time, and waits the same way', async () => {
  const waits: number[] = []
  const { context } = openTestContext(dataDirectory(), {
    clock: () => new Date(BEGUN),
    sleep: async milliseconds => void waits.push(milliseconds),
  })
  const { now, sleep } = context.http
  await sleep(1_000_000)
  expect({ now: now(), waits }).toEqual({ now: Date.parse(BEGUN), waits: [1_000_000] })
})
