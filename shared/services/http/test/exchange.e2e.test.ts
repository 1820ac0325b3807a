import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { type Call, exchange, UpstreamError } from '../index.ts'
import { expectedErrorOf } from './expected-error-of.ts'
import { startScriptedServer, testContext } from './scripted-server.ts'

const DATA = { organizations: [{ id: 1, name: 'A name long enough to be cut in half' }] }

function get(url: string): Call {
  return {
    service: 'Zendesk Global',
    settings: 'ZENDESK_GLOBAL_URL',
    method: 'GET',
    url: `${url}/api/v2/organizations.json?secret=1`,
    safeToRepeat: true,
    answer: 'json',
  }
}

function create(url: string): Call {
  return { ...get(url), method: 'POST', body: '{"a":1}', safeToRepeat: false }
}

test('a complete answer is returned unchanged, and counted', async () => {
  await using server = await startScriptedServer([{ json: DATA, headers: { 'x-rate-limit': '700' } }])
  const context = testContext()
  const answer = await exchange(get(server.url), context)
  expect(answer.json).toEqual(DATA)
  expect(answer.headers.get('x-rate-limit')).toBe('700')
  expect(context.usage).toEqual({ requests: 1, retries: 0 })
})

for (const status of [408, 409, 425, 429, 500, 502, 503, 504, 520]) {
  test(`status ${status} is transient: a call that is safe to repeat is sent again`, async () => {
    await using server = await startScriptedServer([{ status }, { json: DATA }])
    const context = testContext()
    expect((await exchange(get(server.url), context)).json).toEqual(DATA)
    expect(context.usage).toEqual({ requests: 2, retries: 1 })
  })
}

for (const broken of ['length', 'chunked', 'hang', 'drip', 'silent', 'reset'] as const) {
  test(`a broken answer (${broken}) never counts as complete, and the call is sent again`, async () => {
    await using server = await startScriptedServer([{ json: DATA, broken }, { json: DATA }])
    const answer = await exchange(get(server.url), testContext({ timeoutMs: 250 }))
    expect(answer.json).toEqual(DATA)
    expect(server.requests).toHaveLength(2)
  })

  test(`a create with a broken answer (${broken}) is not sent twice, and may have had an effect`, async () => {
    await using server = await startScriptedServer([{ json: DATA, broken }])
    const problem = await expectedErrorOf(exchange(create(server.url), testContext({ timeoutMs: 250 })))
    expect(problem).toBeInstanceOf(UpstreamError)
    expect(problem).toMatchObject({ mayHaveActed: true, kind: 'upstream' })
    expect(server.requests).toHaveLength(1)
  })
}

test('HTML instead of JSON is a failed answer, not an empty one', async () => {
  await using server = await startScriptedServer(() => ({ text: '<html>Sign in</html>' }))
  const problem = await expectedErrorOf(exchange(get(server.url), testContext()))
  expect(problem.message).toContain('an answer that is not JSON')
  expect(server.requests).toHaveLength(3)
})

test('attempts are bounded, and the error names the call without its query, the status and the attempts', async () => {
  await using server = await startScriptedServer(() => ({ status: 502 }))
  const context = testContext()
  const problem = await expectedErrorOf(exchange(get(server.url), context))
  expect(problem).toMatchObject({ kind: 'upstream', code: 'UPSTREAM_UNAVAILABLE', status: 502 })
  expect(problem.message).toBe(
    'Zendesk Global gave no usable answer to GET /api/v2/organizations.json: status 502 (3 attempts)',
  )
  expect(context.usage).toEqual({ requests: 3, retries: 2 })
  expect(context.logged.map(line => [line.level, line.message])).toEqual([
    ['warn', 'repeating a request'],
    ['warn', 'repeating a request'],
  ])
})

test('back-off doubles up to its maximum, with full jitter', async () => {
  await using server = await startScriptedServer(() => ({ status: 500 }))
  const context = testContext({ attempts: 5, backoffBaseMs: 100, backoffMaxMs: 300 })
  await expectedErrorOf(exchange(get(server.url), { ...context, random: () => 0.5 }))
  expect(context.waits).toEqual([50, 100, 150, 150])
})

test('delayFactor multiplies every wait', async () => {
  await using server = await startScriptedServer([{ status: 429, headers: { 'retry-after': '7' } }, {}])
  const context = testContext({ delayFactor: 0.001, backoffBaseMs: 0 })
  await exchange(get(server.url), context)
  expect(context.waits).toEqual([7])
})

test('Retry-After in seconds is honoured', async () => {
  await using server = await startScriptedServer([{ status: 429, headers: { 'retry-after': '93' } }, {}])
  const context = testContext({ backoffBaseMs: 1000 })
  await exchange(get(server.url), context)
  expect(context.waits).toEqual([93_500])
})

test.each([0, 8, -8])(
  'Retry-After as an HTTP date is honoured, with a clock %d minutes ahead',
  async ahead => {
    const headers = { date: 'Fri, 07 Nov 2025 10:00:00 GMT', 'retry-after': 'Fri, 07 Nov 2025 10:00:40 GMT' }
    await using server = await startScriptedServer([{ status: 503, headers }, {}])
    const context = testContext({ backoffBaseMs: 0 })
    await exchange(get(server.url), { ...context, now: () => Date.UTC(2025, 10, 7, 10, ahead, 0) })
    expect(context.waits).toEqual([40_000])
  },
)

test('a Retry-After beyond the longest wait fails at once', async () => {
  await using server = await startScriptedServer(() => ({ status: 503, headers: { 'retry-after': '7200' } }))
  await expectedErrorOf(exchange(get(server.url), testContext()))
  expect(server.requests).toHaveLength(1)
})

for (const [what, answer] of [
  ['429', { status: 429 }],
  ['503 with Retry-After', { status: 503, headers: { 'retry-after': '1' } }],
] as const) {
  test(`even a create is sent again after ${what}, because nothing was done`, async () => {
    await using server = await startScriptedServer([answer, { status: 201, json: { id: 1 } }])
    expect((await exchange(create(server.url), testContext())).status).toBe(201)
    expect(server.requests.map(request => request.body)).toEqual(['{"a":1}', '{"a":1}'])
  })
}

test('a create answered with a bare 503 is not sent twice', async () => {
  await using server = await startScriptedServer(() => ({ status: 503 }))
  expect(await expectedErrorOf(exchange(create(server.url), testContext()))).toMatchObject({
    status: 503,
    mayHaveActed: true,
  })
  expect(server.requests).toHaveLength(1)
})

test('a refused connection is tried again even for a create, because nothing was sent', async () => {
  const context = testContext()
  const problem = await expectedErrorOf(exchange(create(await urlWhereNothingListens()), context))
  expect(problem.message).toContain('the connection failed (ECONNREFUSED) (3 attempts)')
  expect(problem).toMatchObject({ mayHaveActed: false, status: null })
  expect(context.usage).toEqual({ requests: 3, retries: 2 })
})

for (const status of [400, 401, 403, 404, 422]) {
  test(`status ${status} is lasting: the caller gets it at once, with its body`, async () => {
    await using server = await startScriptedServer([{ status, json: { error: 'RecordInvalid' } }])
    const answer = await exchange(get(server.url), testContext())
    expect(answer).toMatchObject({ status, text: '{"error":"RecordInvalid"}' })
  })
}

test('a body beyond the limit is refused without being read to its end', async () => {
  await using server = await startScriptedServer(() => ({ text: 'x'.repeat(200_000) }))
  const problem = await expectedErrorOf(exchange({ ...get(server.url), maxBodyBytes: 1000 }, testContext()))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'ANSWER_TOO_LARGE' })
  expect(server.requests).toHaveLength(1)
})

test('a redirect to another host is not followed', async () => {
  await using other = await startScriptedServer([{ json: DATA }])
  await using server = await startScriptedServer([
    { status: 302, headers: { location: `${other.url}/elsewhere?token=1` } },
  ])
  const call = { ...get(server.url), headers: { authorization: 'Basic secret' } }
  const problem = await expectedErrorOf(exchange(call, testContext()))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'REDIRECTED' })
  expect(problem.message).toContain(other.url)
  expect(problem.message).not.toContain('token')
  expect(other.requests).toEqual([])
})

test('a GET follows redirects to another path of the same host, but not forever', async () => {
  await using server = await startScriptedServer([
    { status: 301, headers: { location: '/moved' } },
    { json: DATA },
  ])
  expect((await exchange(get(server.url), testContext())).json).toEqual(DATA)
  expect(server.requests.map(request => request.path)).toEqual(['/api/v2/organizations.json', '/moved'])

  await using circle = await startScriptedServer(() => ({ status: 302, headers: { location: '/again' } }))
  expect(await expectedErrorOf(exchange(get(circle.url), testContext()))).toMatchObject({
    code: 'REDIRECTED',
  })
})

test('a credential that is not allowed in a header is an error that does not show it', async () => {
  const call = { ...get('http://127.0.0.1:9'), headers: { authorization: 'Bearer sec\nret' } }
  const problem = await expectedErrorOf(exchange(call, testContext()))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'CREDENTIALS_MALFORMED' })
  expect(JSON.stringify([problem.message, problem.next, problem.cause ?? ''])).not.toContain('ret"')
})

test('without encryption only loopback is called', async () => {
  const context = testContext()
  const problem = await expectedErrorOf(exchange(get('http://zendesk.example'), context))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'INSECURE_ADDRESS' })
  expect(context.usage.requests).toBe(0)
})

async function urlWhereNothingListens(): Promise<string> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}
