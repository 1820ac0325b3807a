import { expect, test } from 'vitest'
import type { ExpectedError } from '../../../runtime/errors/index.ts'
import { exchange } from '../exchange.ts'
import { startScriptedServer, testContext } from './scripted-server.ts'

const NOW = Date.parse('2026-11-28T12:00:00Z')
const MINUTE = 60_000

/** Calls a server that answers with these headers, at 12:00. Returns the resulting error. */
async function ask(headers: Record<string, string>, checksClock = true): Promise<ExpectedError | null> {
  await using server = await startScriptedServer([{ json: {}, headers }])
  const context = { ...testContext(), now: () => NOW, checksClock }
  const call = {
    service: 'Zendesk',
    settings: 'X',
    method: 'GET',
    safeToRepeat: true,
    answer: 'json',
  } as const
  return await exchange({ ...call, url: server.url }, context).then(
    () => null,
    error => error,
  )
}

function dated(minutes: number): Record<string, string> {
  return { date: new Date(NOW + minutes * MINUTE).toUTCString() }
}

test.each([0, 10, -10, 9.5])('an answer dated %d minutes from now is accepted', async minutes => {
  expect(await ask(dated(minutes))).toBe(null)
})

test.each([
  [10.5, '2026-11-28T12:10:30Z', '11 minutes behind'],
  [-11, '2026-11-28T11:49:00Z', '11 minutes ahead'],
  [-90 * 24 * 60, '2026-08-30T12:00:00Z', '129600 minutes ahead'],
])(
  'an answer dated %d minutes from now stops the run, and the error has both times',
  async (minutes, theirs, off) => {
    const problem = await ask(dated(minutes))
    expect(problem).toMatchObject({ kind: 'bad-input', code: 'CLOCK_OFF' })
    expect(problem?.message).toContain('2026-11-28T12:00:00Z')
    expect(problem?.message).toContain(`Zendesk says ${theirs}`)
    expect(problem?.next).toContain(off)
  },
)

test('the Age header of a cached answer counts', async () => {
  expect(await ask({ ...dated(-30), age: '1800' })).toBe(null)
  expect(await ask({ ...dated(-30), age: 'old' })).toMatchObject({ code: 'CLOCK_OFF' })
})

test('an invalid Date is ignored', async () => {
  expect(await ask({ date: 'yesterday' })).toBe(null)
})

test('a run that does not decide by the day accepts any Date', async () => {
  expect(await ask(dated(-600), false)).toBe(null)
})
