import { expect, test } from 'vitest'
import { type Call, exchange, isCancelled, neighbourContext } from '../index.ts'
import { startScriptedServer, testContext } from './scripted-server.ts'
import { troubleOf } from './trouble-of.ts'

function call(url: string, safeToRepeat = true): Call {
  const method = safeToRepeat ? 'GET' : 'POST'
  return {
    neighbour: 'Zendesk Global',
    settings: 'ZENDESK_GLOBAL_URL',
    method,
    url: `${url}/api/v2/organizations`,
    safeToRepeat,
    answer: 'json',
  }
}

function stops() {
  const [soon, now] = [new AbortController(), new AbortController()]
  return { soon, now, stop: { soon: soon.signal, now: now.signal } }
}

test('a cancelled run does not wait out a pause of a minute, and does not send again', async () => {
  const { soon, stop } = stops()
  await using server = await startScriptedServer(() => {
    setTimeout(() => soon.abort(), 20)
    return { status: 429, headers: { 'retry-after': '60' } }
  })
  const { logger } = testContext()
  const trouble = await troubleOf(exchange(call(server.url), neighbourContext({ logger, stop })))
  expect(trouble).toMatchObject({ code: 'CANCELLED', kind: 'upstream', mayHaveActed: false })
  expect(server.requests).toHaveLength(1)
})

test('a request under way is still answered after the run was cancelled', async () => {
  const { soon, stop } = stops()
  await using server = await startScriptedServer(() => {
    soon.abort()
    return { json: { id: 1 } }
  })
  expect((await exchange(call(server.url, false), { ...testContext(), stop })).json).toEqual({ id: 1 })
})

test.each([
  ['may have been carried out', 'silent'],
  ['may have been carried out though its answer began', 'hang'],
] as const)('a create that is given up %s', async (_, broken) => {
  const { soon, now, stop } = stops()
  await using server = await startScriptedServer(() => {
    soon.abort()
    setTimeout(() => now.abort(), 20)
    return { json: { organization: { id: 1 } }, broken }
  })
  const trouble = await troubleOf(exchange(call(server.url, false), { ...testContext(), stop }))
  expect(isCancelled(trouble)).toBe(true)
  expect(trouble).toMatchObject({ mayHaveActed: true })
})

test('what an earlier attempt may have done is not forgotten when the next one is cancelled', async () => {
  const { soon, stop } = stops()
  await using server = await startScriptedServer((_, index) => {
    if (index === 0) return { status: 502 }
    soon.abort()
    return { status: 429 }
  })
  const trouble = await troubleOf(exchange(call(server.url), { ...testContext(), stop }))
  expect(trouble).toMatchObject({ code: 'CANCELLED', mayHaveActed: true })
})

test('nothing is sent once everything is given up', async () => {
  const { now, stop } = stops()
  now.abort()
  await using server = await startScriptedServer([])
  const trouble = await troubleOf(exchange(call(server.url), { ...testContext(), stop }))
  expect(trouble).toMatchObject({ code: 'CANCELLED', mayHaveActed: false })
  expect(server.requests).toEqual([])
})
