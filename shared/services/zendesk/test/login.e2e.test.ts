import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { HttpContext } from '../../http/index.ts'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import {
  type RecordedRequest,
  type ScriptedAnswer,
  startScriptedServer,
  testContext,
} from '../../http/test/scripted-server.ts'
import { connectZendesk } from '../index.ts'

const SECRET = 'a "marked" client/secret'
const EXPIRED: ScriptedAnswer = {
  status: 401,
  json: { error: 'invalid_token', error_description: 'The access token provided is expired.' },
}
const FOUND: ScriptedAnswer = { json: { organizations: [] } }

/** A server that grants tokens `token-1`, `token-2` … and answers all other requests from the script. */
async function start(
  answer: (request: RecordedRequest & { token: string }) => ScriptedAnswer,
  granted: (count: number) => ScriptedAnswer = () => ({}),
) {
  let grants = 0
  const server = await startScriptedServer(request => {
    if (request.path === '/oauth/tokens') {
      grants += 1
      const body = { access_token: `token-${grants}`, token_type: 'bearer', scope: 'read write' }
      return { status: 201, json: body, ...granted(grants) }
    }
    return answer({ ...request, token: request.headers.authorization?.replace('Bearer ', '') ?? '' })
  })
  const clock = { now: Date.parse('2026-11-28T12:00:00Z') }
  const ends: (() => Promise<void>)[] = []
  const base = testContext()
  const context: HttpContext & { logged: typeof base.logged } = {
    ...base,
    now: () => clock.now,
    atEnd: action => {
      ends.push(action)
    },
  }
  const zendesk = connectZendesk(
    {
      name: 'Zendesk Global',
      variables: 'ZENDESK_GLOBAL',
      url: server.url,
      clientId: 'support_sync',
      clientSecret: SECRET,
    },
    context,
  )
  return {
    server,
    context,
    clock,
    find: () => zendesk.findOrganizationsByName('Acme'),
    create: () => zendesk.createOrganization({ name: 'Acme', organization_fields: {} }),
    end: async () => {
      for (const action of ends) await action()
    },
    grants: () => grants,
    /** The token of each API request. */
    tokens: () =>
      server.requests
        .filter(({ path }) => path.startsWith('/api/'))
        .map(({ headers }) => headers.authorization?.replace('Bearer ', '')),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

describe('a token', () => {
  test('is fetched before the first request, once for all of them', async () => {
    await using zendesk = await start(() => FOUND)
    expect(zendesk.server.requests).toEqual([])
    await Promise.all([zendesk.find(), zendesk.find(), zendesk.find()])
    await zendesk.find()
    expect(zendesk.grants()).toBe(1)
    const [{ method, path, headers, body } = { body: '' }] = zendesk.server.requests
    expect({ method, path, authorization: headers?.authorization }).toEqual({
      method: 'POST',
      path: '/oauth/tokens',
      authorization: undefined,
    })
    expect(JSON.parse(body)).toEqual({
      grant_type: 'client_credentials',
      client_id: 'support_sync',
      client_secret: SECRET,
      scope: 'read write',
      expires_in: 1_800,
    })
    expect(zendesk.tokens()).toEqual(['token-1', 'token-1', 'token-1', 'token-1'])
  })

  test.each([
    ['without a lifetime is used for half an hour', undefined, 1_800],
    ['is renewed before it ends, by the lifetime in the answer', 600, 600],
    ['is renewed before it ends, even if it lives longer than requested', 7_200, 7_200],
    ['with an unreadable lifetime is used for half an hour', 'soon', 1_800],
  ])('%s', async (_, expires_in, seconds) => {
    await using zendesk = await start(
      () => FOUND,
      count => ({ json: { access_token: `token-${count}`, expires_in } }),
    )
    await zendesk.find()
    zendesk.clock.now += (seconds - 121) * 1000
    await zendesk.find()
    expect(zendesk.grants()).toBe(1)
    zendesk.clock.now += 60_000
    await Promise.all([zendesk.find(), zendesk.find(), zendesk.find()])
    expect(zendesk.grants()).toBe(2)
    expect(zendesk.tokens()).toEqual(['token-1', 'token-1', 'token-2', 'token-2', 'token-2'])
  })

  test('with a lifetime of a few seconds is used for half of it', async () => {
    await using zendesk = await start(
      () => FOUND,
      count => ({ json: { access_token: `token-${count}`, expires_in: 20 } }),
    )
    await zendesk.find()
    zendesk.clock.now += 9_000
    await zendesk.find()
    zendesk.clock.now += 1_000
    await zendesk.find()
    expect(zendesk.tokens()).toEqual(['token-1', 'token-1', 'token-2'])
  })

  test('that is refused with 401 is renewed once, and the request is sent again, even a create', async () => {
    await using zendesk = await start(({ token, method }) => {
      if (token === 'token-1') return EXPIRED
      return method === 'POST' ? { status: 201, json: { organization: { id: 7 } } } : FOUND
    })
    expect(await zendesk.create()).toEqual({ outcome: 'created', id: 7 })
    expect(zendesk.tokens()).toEqual(['token-1', 'token-2'])
    await zendesk.find()
    expect(zendesk.grants()).toBe(2)
  })

  test('is renewed once if many requests are refused at the same time', async () => {
    await using zendesk = await start(({ token }) => (token === 'token-1' ? EXPIRED : FOUND))
    await Promise.all(Array.from({ length: 8 }, () => zendesk.find()))
    expect(zendesk.grants()).toBe(2)
  })

  test('is renewed each time that Zendesk refuses a token that worked before', async () => {
    let good = 'token-1'
    await using zendesk = await start(({ token }) => (token === good ? FOUND : EXPIRED))
    for (const next of ['token-2', 'token-3', 'token-4']) {
      await zendesk.find()
      good = next
    }
    await zendesk.find()
    expect(zendesk.grants()).toBe(4)
  })

  test('that is refused again stops the run, and no further token is requested', async () => {
    await using zendesk = await start(() => EXPIRED)
    const many = await Promise.all(Array.from({ length: 5 }, () => expectedErrorOf(zendesk.find())))
    for (const problem of many) expect(problem).toMatchObject({ code: 'LOGIN_REFUSED', kind: 'bad-input' })
    expect(many[0]?.next).toContain('ZENDESK_GLOBAL_CLIENT_ID and ZENDESK_GLOBAL_CLIENT_SECRET')
    await expectedErrorOf(zendesk.find())
    await expectedErrorOf(zendesk.create())
    expect(zendesk.grants()).toBe(2)
  })
})

describe('a request for a token', () => {
  test.each([429, 500, 502, 503, 504])('is repeated after %s', async status => {
    await using zendesk = await start(
      () => FOUND,
      count => (count === 1 ? { status } : {}),
    )
    await zendesk.find()
    expect(zendesk.tokens()).toEqual(['token-2'])
  })

  test('that keeps failing says nothing about the request that needs the token', async () => {
    await using zendesk = await start(
      () => FOUND,
      () => ({ status: 500 }),
    )
    const problem = await expectedErrorOf(zendesk.create())
    expect(problem).toMatchObject({
      kind: 'upstream',
      code: 'UPSTREAM_UNAVAILABLE',
      status: null,
      mayHaveActed: false,
      message: expect.stringContaining('POST /oauth/tokens'),
    })
    expect(zendesk.tokens()).toEqual([])
    expect(zendesk.grants()).toBe(3)
  })

  test.each([
    ['an answer without a token', { json: { token_type: 'bearer' } }],
    ['an empty answer', { text: '' }],
    ['a page', { text: '<html></html>' }],
  ])('whose answer is %s is an outage', async (_, granted) => {
    await using zendesk = await start(
      () => FOUND,
      () => granted,
    )
    const problem = await expectedErrorOf(zendesk.find())
    expect(problem).toMatchObject({ kind: 'upstream', message: expect.stringContaining('/oauth/tokens') })
  })

  test.each([
    ['a wrong client or secret', 401, { error: 'invalid_client' }, 'LOGIN_REFUSED', 'CLIENT_SECRET'],
    ['the same with another status', 400, { error: 'invalid_client' }, 'LOGIN_REFUSED', 'CLIENT_SECRET'],
    ['only a status', 401, 'no', 'LOGIN_REFUSED', 'ZENDESK_GLOBAL_CLIENT_ID'],
    ['a public client', 400, { error: 'unauthorized_client' }, 'LOGIN_REFUSED', 'confidential'],
    ['a scope', 400, { error: 'invalid_scope' }, 'SCOPE_MISSING', 'read and write'],
    ['a wrong address', 404, { error: 'InvalidEndpoint' }, 'CALL_REFUSED', 'ZENDESK_GLOBAL_URL'],
  ])('that is refused for %s is bad input', async (_, status, json, code, advice) => {
    await using zendesk = await start(
      () => FOUND,
      () => ({ status, json }),
    )
    const problem = await expectedErrorOf(zendesk.create())
    expect(problem).toMatchObject({ kind: 'bad-input', code, next: expect.stringContaining(advice) })
    expect(zendesk.grants()).toBe(1)
    expect(zendesk.tokens()).toEqual([])
  })

  test('that is granted fewer scopes names the missing ones', async () => {
    await using zendesk = await start(
      () => FOUND,
      () => ({ json: { access_token: 'token-1', scope: 'read' } }),
    )
    expect(await expectedErrorOf(zendesk.find())).toMatchObject({
      code: 'SCOPE_MISSING',
      message: 'Zendesk Global does not give the OAuth client the scope write',
      next: expect.stringContaining('ZENDESK_GLOBAL_CLIENT_ID'),
    })
  })
})

describe('a request that is refused with 403', () => {
  test('names the scope that is missing', async () => {
    const description = 'You are missing the following required scopes: write, organizations:write'
    await using zendesk = await start(() => ({ status: 403, json: { error: 'Forbidden', description } }))
    expect(await expectedErrorOf(zendesk.create())).toMatchObject({
      kind: 'bad-input',
      code: 'SCOPE_MISSING',
      message: 'Zendesk Global does not give the OAuth client the scope write and organizations:write',
    })
    expect(zendesk.grants()).toBe(1)
  })

  test('for another reason is about the permissions of the user', async () => {
    const error = { title: 'Forbidden', message: 'You do not have access to this page.' }
    await using zendesk = await start(() => ({ status: 403, json: { error } }))
    expect(await expectedErrorOf(zendesk.create())).toMatchObject({
      code: 'NOT_ALLOWED',
      next: expect.stringContaining('the user who created it'),
    })
  })
})

describe('secrets', () => {
  test('that an answer quotes are not in any message', async () => {
    await using zendesk = await start(
      () => FOUND,
      () => ({ status: 422, json: { error: SECRET, error_description: `secret: ${SECRET}` } }),
    )
    const problem = await expectedErrorOf(zendesk.find())
    const shown = JSON.stringify([problem.message, problem.next, problem.cause, zendesk.context.logged])
    expect(shown).not.toContain('marked')
  })
})

describe('at the end of a run the token', () => {
  const LONG = '0123456789abcdef0123456789abcdef'
  const granted = () => ({ json: { access_token: LONG } })
  const listOf = (...tokens: string[]) => ({
    json: { tokens: tokens.map((token, index) => ({ id: index + 1, token })) },
  })
  const others = (zendesk: Awaited<ReturnType<typeof start>>) =>
    zendesk.server.requests.map(({ method, path }) => `${method} ${path}`).slice(2)

  test.each([['0123456789'], ['0123456789...'], ['0123456789abcdef']])(
    'is revoked by id: listed as %s',
    async shown => {
      await using zendesk = await start(
        ({ path, method }) =>
          method === 'DELETE'
            ? { status: 204, text: '' }
            : path.includes('oauth')
              ? listOf('fedcba9876', shown)
              : FOUND,
        granted,
      )
      await zendesk.find()
      await zendesk.end()
      expect(others(zendesk)).toEqual(['GET /api/v2/oauth/tokens.json', 'DELETE /api/v2/oauth/tokens/2.json'])
    },
  )

  test.each([
    ['the list does not show it', listOf('fedcba9876')],
    ['two tokens in the list begin like it', listOf('0123456789', '0123456789')],
    ['the list shows too little of it', listOf('012345', '')],
    ['the list is forbidden', { status: 403, json: {} }],
    ['Zendesk is down', { status: 503 }],
    ['the list has another form', { json: [] }],
  ])('ends by itself if %s', async (_, answer) => {
    await using zendesk = await start(({ path }) => (path.includes('oauth') ? answer : FOUND), granted)
    await zendesk.find()
    await zendesk.end()
    expect(others(zendesk)).toEqual(['GET /api/v2/oauth/tokens.json'])
  })

  test('that was never fetched is not looked up', async () => {
    await using zendesk = await start(() => FOUND)
    await zendesk.end()
    expect(zendesk.server.requests).toEqual([])
  })

  test('is not fetched again by a late request', async () => {
    await using zendesk = await start(({ token }) => (token === 'token-1' ? FOUND : EXPIRED))
    await zendesk.find()
    await zendesk.end()
    zendesk.clock.now += 86_400_000
    await zendesk.find()
    await nextTurn()
    expect(zendesk.grants()).toBe(1)
  })
})

describe('an API token', () => {
  async function withApiToken(answer: ScriptedAnswer) {
    const server = await startScriptedServer(() => answer)
    const warned: string[][] = []
    const zendesk = connectZendesk(
      {
        name: 'Zendesk Global',
        variables: 'ZENDESK_GLOBAL',
        url: server.url,
        user: 'a@example.com',
        token: 't',
      },
      { ...testContext(), warn: (code, message) => warned.push([code, message]) },
    )
    return { server, warned, zendesk, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
  }

  test('gives one warning per run, when it is used', async () => {
    await using given = await withApiToken(FOUND)
    expect(given.warned).toEqual([])
    await Promise.all([
      given.zendesk.findOrganizationsByName('a'),
      given.zendesk.findOrganizationsByName('b'),
    ])
    expect(given.warned).toEqual([
      [
        'API_TOKEN_RETIRES',
        'Zendesk Global uses the API token in ZENDESK_GLOBAL_TOKEN, which stops working on 2027-04-30: set ZENDESK_GLOBAL_CLIENT_ID and ZENDESK_GLOBAL_CLIENT_SECRET instead.',
      ],
    ])
    const login = Buffer.from('a@example.com/token:t').toString('base64')
    expect(given.server.requests[0]?.headers.authorization).toBe(`Basic ${login}`)
    expect(given.server.requests).toHaveLength(2)
  })

  test('that is refused is not renewed: the hint says what to set instead', async () => {
    await using given = await withApiToken({ status: 401, json: { error: "Couldn't authenticate you" } })
    expect(await expectedErrorOf(given.zendesk.findOrganizationsByName('a'))).toMatchObject({
      code: 'LOGIN_REFUSED',
      next: expect.stringMatching(/ZENDESK_GLOBAL_TOKEN\. .* set ZENDESK_GLOBAL_CLIENT_ID and/),
    })
    expect(given.server.requests).toHaveLength(1)
  })
})
