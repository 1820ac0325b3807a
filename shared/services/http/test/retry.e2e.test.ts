import { describe, expect, test } from 'vitest'
import { exchange } from '../index.ts'
import { retryAfterMs } from '../retry.ts'
import { expectedErrorOf } from './expected-error-of.ts'
import { startScriptedServer, testContext } from './scripted-server.ts'

const GET = {
  service: 'Zendesk Global',
  settings: 'ZENDESK_GLOBAL_URL',
  method: 'GET',
  safeToRepeat: true,
  answer: 'json',
} as const

const NOW = Date.UTC(2025, 10, 7, 10, 0, 0)

test.each([
  ['0', 0],
  ['30', 30_000],
  [' 1.5 ', 1_500],
  ['Fri, 07 Nov 2025 10:01:00 GMT', 60_000],
  ['Fri, 07 Nov 2025 09:00:00 GMT', 0],
  ['soon', null],
  ['-5', null],
  ['', null],
  [null, null],
])('Retry-After %j means a wait of %j ms', (header, expected) => {
  expect(retryAfterMs(new Headers(header === null ? {} : { 'retry-after': header }), NOW)).toBe(expected)
})

describe('a 429', () => {
  const REFUSED = { status: 429, json: { error: 'TooManyRequests' } }

  test('without a rate-limit header is retried for longer than a minute before it counts as an outage', async () => {
    const context = testContext({ attempts: 6 })
    await using server = await startScriptedServer(() => REFUSED)
    const call = { ...GET, url: server.url }
    expect(await expectedErrorOf(exchange(call, context))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' })
    expect(server.requests).toHaveLength(6)
    expect(context.waits).toEqual([5_500, 10_500, 20_500, 30_500, 30_500])
  })

  test('with Retry-After is retried after that time', async () => {
    const context = testContext({ attempts: 2 })
    await using server = await startScriptedServer(() => ({ ...REFUSED, headers: { 'retry-after': '7' } }))
    await expectedErrorOf(exchange({ ...GET, url: server.url }, context))
    expect(context.waits).toEqual([7_500])
  })

  test.each(['x-rate-limit-remaining', 'ratelimit-remaining', 'zendesk-ratelimit-tickets-index'])(
    'with %s is retried soon: the pace of the service waits by that header',
    async name => {
      const context = testContext({ attempts: 2 })
      await using server = await startScriptedServer(() => ({ ...REFUSED, headers: { [name]: '1' } }))
      await expectedErrorOf(exchange({ ...GET, url: server.url }, context))
      expect(context.waits).toEqual([500])
    },
  )
})
