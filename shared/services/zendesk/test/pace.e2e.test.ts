import { setTimeout as pause } from 'node:timers/promises'
import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, emptySalesforce } from '@support-sync/fixtures/world'
import { afterEach, expect, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import { startScriptedServer, testContext } from '../../http/test/scripted-server.ts'
import { connectZendesk, type Zendesk } from '../index.ts'
import { connect } from './connection.ts'

const PER_MINUTE = 700
const MINUTE_MS = 60_000

/** One clock for both sides: every wait advances it. */
let time = 0
let sandbox: Sandbox
let zendesk: Zendesk

/** With a lag, the clock advances only after the sent requests have arrived. */
async function start(lagMs = 0): Promise<void> {
  time = 0
  const { global, usgov } = buildWorld('2026-11-23')
  const world = {
    salesforce: emptySalesforce(),
    global: { ...global, organizations: [], users: [] },
    usgov: { ...usgov, organizations: [], users: [] },
    overrides: '[]',
  }
  sandbox = await startSandbox(world, { now: () => time, zendesk: { requestsPerMinute: PER_MINUTE } })
  const { ZENDESK_GLOBAL_URL: url = '', ZENDESK_GLOBAL_USER: user = '' } = sandbox.apiTokenEnvironment
  const token = sandbox.apiTokenEnvironment.ZENDESK_GLOBAL_TOKEN ?? ''
  zendesk = connectZendesk(
    {
      name: 'Zendesk Global',
      variables: 'ZENDESK_GLOBAL',
      url,
      user,
      token,
    },
    {
      ...testContext({ attempts: 6 }),
      now: () => time,
      sleep: async milliseconds => {
        if (lagMs > 0) await pause(lagMs)
        time += milliseconds
      },
    },
  )
}
afterEach(() => sandbox?.close())

/** Sends `count` requests, some at a time. */
async function send(count: number, atATime: number): Promise<void> {
  let sent = 0
  const oneByOne = async () => {
    while (sent < count) {
      sent += 1
      await zendesk.findOrganizationsByName(`Company ${sent}`)
    }
  }
  await Promise.all(Array.from({ length: atATime }, oneByOne))
}

/** Other programs of the account use up this many requests. */
function useUp(requests: number): void {
  const limit = { requests: PER_MINUTE, every: MINUTE_MS }
  for (let taken = 0; taken < requests; taken += 1) sandbox.global.limits.take('requests', limit)
}
const refusals = () => sandbox.global.controls.requests.filter(({ status }) => status === 429).length

test('at least 95 % of the rate limit is used, and no request is refused', async () => {
  await start()
  await send(2100, 25)
  expect(refusals()).toBe(0)
  expect(2100 / (PER_MINUTE * (time / MINUTE_MS))).toBeGreaterThan(0.95)
})

test('the second half of a minute’s requests is spread out, because others use the same limit', async () => {
  await start()
  await send(PER_MINUTE / 2, 8)
  expect(time).toBe(0)
  await send(PER_MINUTE / 4, 8)
  expect(time).toBeGreaterThan(MINUTE_MS * 0.4)
  expect(time).toBeLessThan(MINUTE_MS * 0.6)
})

test('if others have used up the limit, one request is refused, and all wait for the next minute', async () => {
  await start(50)
  useUp(PER_MINUTE)
  await send(100, 25)
  expect(refusals()).toBe(1)
  expect(time).toBeGreaterThanOrEqual(MINUTE_MS)
})

test('the answers show what others use meanwhile', async () => {
  await start()
  await send(100, 8)
  useUp(PER_MINUTE - 110)
  await send(100, 8)
  expect(refusals()).toBe(0)
})

test('a server without a rate limit causes no waits', async () => {
  await using server = await startScriptedServer(() => ({ json: { organizations: [] } }))
  const context = testContext()
  const other = connect(server, context)
  await Promise.all(Array.from({ length: 20 }, (_, index) => other.findOrganizationsByName(`${index}`)))
  expect(context.waits).toEqual([])
})

test('requests to a server that never answers do not wait for each other', async () => {
  await using server = await startScriptedServer(() => ({ broken: 'silent' }))
  const context = testContext({ attempts: 3, timeoutMs: 100 })
  const other = connect(server, context)
  const started = performance.now()
  const asked = Array.from({ length: 20 }, (_, index) => other.findOrganizationsByName(`${index}`))
  expect((await Promise.allSettled(asked)).every(({ status }) => status === 'rejected')).toBe(true)
  // One after another would take 20 times 3 attempts of 100 ms.
  expect(performance.now() - started).toBeLessThan(3_000)
})

const FOUND = { json: { organizations: [] } }
const NONE_LEFT = { 'ratelimit-limit': '700', 'ratelimit-remaining': '0' }
const DAY = '86400'

test('a 429 with a wait that is too long fails its request, and delays no other', async () => {
  const refusal = { status: 429, headers: { ...NONE_LEFT, 'retry-after': DAY } }
  await using server = await startScriptedServer((_, index) => (index === 0 ? refusal : FOUND))
  const context = testContext()
  const other = connect(server, context)
  const asked = ['A', 'B', 'C'].map(name => other.findOrganizationsByName(name))
  const outcomes = await Promise.allSettled(asked)
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  expect(context.waits).toEqual([])
})

test('if every wait is too long, each request is sent once and fails', async () => {
  const refusal = { status: 429, headers: { ...NONE_LEFT, 'retry-after': DAY } }
  await using server = await startScriptedServer(() => refusal)
  const context = testContext()
  const other = connect(server, context)
  const asked = ['A', 'B', 'C'].map(name => expectedErrorOf(other.findOrganizationsByName(name)))
  const unavailable = expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE', status: 429 })
  expect(await Promise.all(asked)).toEqual([unavailable, unavailable, unavailable])
  expect(server.requests).toHaveLength(3)
  expect(context.waits).toEqual([])
})

test.each([
  ['seconds', '2'],
  ['a date', new Date(2_000).toUTCString()],
])('after a 429, Retry-After as %s goes before the reset', async (_, retryAfter) => {
  const date = new Date(0).toUTCString()
  const headers = { ...NONE_LEFT, date, 'retry-after': retryAfter, 'ratelimit-reset': DAY }
  await using server = await startScriptedServer((_, index) =>
    index === 0 ? { status: 429, headers } : FOUND,
  )
  const context = testContext({ backoffBaseMs: 0 })
  await connect(server, { ...context, now: () => 0 }).findOrganizationsByName('A')
  // The request itself waits, and then its pace, because this clock does not move.
  expect(context.waits).toEqual([2_000, 2_000])
})

test.each(['0', '300'])('with %s requests left until a reset in a day, no request waits', async left => {
  const headers = { ...NONE_LEFT, 'ratelimit-remaining': left, 'ratelimit-reset': DAY }
  await using server = await startScriptedServer(() => ({ ...FOUND, headers }))
  const context = testContext()
  const other = connect(server, context)
  await Promise.all(['A', 'B', 'C'].map(name => other.findOrganizationsByName(name)))
  expect(context.waits).toEqual([])
})
