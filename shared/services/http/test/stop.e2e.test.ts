import { expect, test } from 'vitest'
import { type Call, exchange, httpContext, isCancelled } from '../index.ts'
import { expectedErrorOf } from './expected-error-of.ts'
import { startScriptedServer, testContext } from './scripted-server.ts'

function call(url: string, safeToRepeat = true): Call {
  const method = safeToRepeat ? 'GET' : 'POST'
  return {
    service: 'Zendesk Global',
    settings: 'ZENDESK_GLOBAL_URL',
    method,
    url: `${url}/api/v2/organizations`,
    safeToRepeat,
    answer: 'json',
  }
}

function stops() {
  const [cancelled, aborted] = [new AbortController(), new AbortController()]
  return { cancelled, aborted, stop: { cancelled: cancelled.signal, aborted: aborted.signal } }
}

test('a cancelled run ends a pause of a minute early, and does not retry', async () => {
  const { cancelled, stop } = stops()
  await using server = await startScriptedServer(() => {
    setTimeout(() => cancelled.abort(), 20)
    return { status: 429, headers: { 'retry-after': '60' } }
  })
  const { logger } = testContext()
  const problem = await expectedErrorOf(exchange(call(server.url), httpContext({ logger, stop })))
  expect(problem).toMatchObject({ code: 'CANCELLED', kind: 'upstream', mayHaveActed: false })
  expect(server.requests).toHaveLength(1)
})

test('a request in flight still gets its answer after the run was cancelled', async () => {
  const { cancelled, stop } = stops()
  await using server = await startScriptedServer(() => {
    cancelled.abort()
    return { json: { id: 1 } }
  })
  expect((await exchange(call(server.url, false), { ...testContext(), stop })).json).toEqual({ id: 1 })
})

test.each([
  ['may have been carried out', 'silent'],
  ['may have been carried out although its answer began', 'hang'],
] as const)('an aborted create %s', async (_, broken) => {
  const { cancelled, aborted, stop } = stops()
  await using server = await startScriptedServer(() => {
    cancelled.abort()
    setTimeout(() => aborted.abort(), 20)
    return { json: { organization: { id: 1 } }, broken }
  })
  const problem = await expectedErrorOf(exchange(call(server.url, false), { ...testContext(), stop }))
  expect(isCancelled(problem)).toBe(true)
  expect(problem).toMatchObject({ mayHaveActed: true })
})

test('an earlier attempt that may have had an effect still counts if the next one is cancelled', async () => {
  const { cancelled, stop } = stops()
  await using server = await startScriptedServer((_, index) => {
    if (index === 0) return { status: 502 }
    cancelled.abort()
    return { status: 429 }
  })
  const problem = await expectedErrorOf(exchange(call(server.url), { ...testContext(), stop }))
  expect(problem).toMatchObject({ code: 'CANCELLED', mayHaveActed: true })
})

test('nothing is sent after the run was aborted', async () => {
  const { aborted, stop } = stops()
  aborted.abort()
  await using server = await startScriptedServer([])
  const problem = await expectedErrorOf(exchange(call(server.url), { ...testContext(), stop }))
  expect(problem).toMatchObject({ code: 'CANCELLED', mayHaveActed: false })
  expect(server.requests).toEqual([])
})
