import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sandbox, startSandbox, TOKEN_MARK } from '@support-sync/fixtures/sandbox'
import { emptySalesforce, smallWorld } from '@support-sync/fixtures/world'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { expect, onTestFinished, test } from 'vitest'

/** How a bin logs in to Zendesk, tested from outside. */

async function start(): Promise<Sandbox> {
  const sandbox = await startSandbox(
    { ...smallWorld('2026-11-23'), salesforce: emptySalesforce() },
    // Small enough for several pages.
    { zendesk: { maxPageSize: 5 } },
  )
  onTestFinished(() => sandbox.close())
  return sandbox
}

async function gather(environment: Record<string, string>, ...args: string[]) {
  const data = dataDirectory()
  const run = await spawnBin('orgs', 'gather_global', ['--data-dir', data.path, ...args], environment)
  const summary = data.summary('orgs.gather_global')
  return { ...run, data, summary, warned: summary.warnings.map(({ code }) => code) }
}

function without(environment: Record<string, string>, ...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)))
}

const LOGIN = 'POST /oauth/tokens'
const REVOKE = 'DELETE /api/v2/oauth/tokens/:id'

test('a bin fetches one token, uses it for every request, and revokes it', async () => {
  const { environment, global } = await start()
  const { exitCode, warned, summary, data, stdout, stderr } = await gather(
    environment,
    '--log-level',
    'debug',
  )
  expect({ exitCode, warned }).toEqual({ exitCode: 0, warned: [] })
  const counts = global.controls.counts()
  expect(counts).toMatchObject({ [LOGIN]: 1, [REVOKE]: 1 })
  expect(counts['GET /api/v2/organizations']).toBeGreaterThan(2)
  expect(global.controls.writes).toEqual([])
  expect(global.oauth.tokens.size).toBe(0)
  expect(summary.requests).toBe(global.controls.requests.length)
  const left = ['zendesk_global.json', 'summaries/orgs.gather_global.json'].map(name =>
    readFileSync(join(data.path, name), 'utf8'),
  )
  for (const text of [stdout, stderr, ...left]) {
    expect(text).not.toContain(TOKEN_MARK)
    expect(text).not.toContain(environment.ZENDESK_GLOBAL_CLIENT_SECRET)
  }
})

test('a token that ends during the gather is renewed, and the list is complete', async () => {
  const { environment, global } = await start()
  const undisturbed = await gather(environment)
  global.controls.forgetRequests()
  global.controls.fail({
    path: /organizations\.json/,
    from: 2,
    times: 1,
    effect: { kind: 'expired-session' },
  })
  const { exitCode, data, summary } = await gather(environment)
  expect(exitCode).toBe(0)
  expect(data.records('zendesk_global.json')).toEqual(undisturbed.data.records('zendesk_global.json'))
  expect(global.controls.counts()[LOGIN]).toBe(2)
  expect(summary.retries).toBeGreaterThan(0)
})

test('a token that keeps being refused stops the bin with 2, after one renewal', async () => {
  const { environment, global } = await start()
  global.controls.fail({ path: /organizations/, effect: { kind: 'expired-session' } })
  const { exitCode, failure, data } = await gather(environment)
  expect(exitCode).toBe(2)
  expect(failure.code).toBe('LOGIN_REFUSED')
  expect(failure.next).toContain('ZENDESK_GLOBAL_CLIENT_SECRET')
  expect(global.controls.counts()[LOGIN]).toBe(2)
  expect(data.has('zendesk_global.json')).toBe(false)
})

test.each([
  ['ZENDESK_GLOBAL_CLIENT_ID', 'another'],
  ['ZENDESK_GLOBAL_CLIENT_SECRET', 'a-secret-of-before'],
])('a wrong %s ends with 2, and the error names it', async (name, value) => {
  const { environment, global } = await start()
  const { exitCode, failure, stderr, stdout } = await gather({ ...environment, [name]: value })
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'LOGIN_REFUSED' })
  expect(failure.next).toContain(name)
  expect(stderr + stdout).not.toContain('a-secret-of-before')
  expect(global.controls.counts()).toEqual({ [LOGIN]: 1 })
})

test('a client without the write scope ends with 2, and the error names the scope', async () => {
  const { environment, global } = await start()
  global.oauth.client.allowedScopes = ['read']
  const { exitCode, failure } = await gather(environment)
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'SCOPE_MISSING' })
  expect(failure.message).toContain('write')
  expect(failure.next).toContain('allowed scopes of the client of ZENDESK_GLOBAL_CLIENT_ID')
})

test('a token endpoint that is down ends with 75, after retries', async () => {
  const { environment, global } = await start()
  global.controls.fail({
    path: /oauth/,
    effect: { kind: 'answer', status: 503, headers: { 'retry-after': '0' } },
  })
  const { exitCode, failure } = await gather(environment)
  expect(exitCode).toBe(75)
  expect(failure.message).toContain(LOGIN)
  expect(global.controls.counts()[LOGIN]).toBeGreaterThan(1)
})

test.each(['answer', 'hang', 'close'] as const)(
  'the run succeeds even if the token cannot be revoked: %s',
  async kind => {
    const { environment, global } = await start()
    const effect = kind === 'answer' ? ({ kind, status: 500 } as const) : ({ kind } as const)
    global.controls.fail({ path: /api\/v2\/oauth/, effect })
    const started = performance.now()
    const { exitCode, warned } = await gather(environment)
    expect({ exitCode, warned }).toEqual({ exitCode: 0, warned: [] })
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(global.oauth.tokens.size).toBe(1)
  },
)

test('an API token still works, with a warning in summary and log', async () => {
  const { apiTokenEnvironment, global } = await start()
  const { exitCode, summary, log } = await gather(apiTokenEnvironment)
  expect(exitCode).toBe(0)
  const message = expect.stringMatching(
    /2027-04-30.*ZENDESK_GLOBAL_CLIENT_ID and ZENDESK_GLOBAL_CLIENT_SECRET/,
  )
  expect(summary.warnings).toEqual([{ code: 'API_TOKEN_RETIRES', message, keys: [] }])
  expect(log.filter(({ code }) => code === 'API_TOKEN_RETIRES')).toMatchObject([
    { level: 'warn', msg: message },
  ])
  expect(global.controls.counts()).not.toHaveProperty(LOGIN)
})

test('a refused API token ends with 2, and the hint says what to set instead', async () => {
  const { apiTokenEnvironment } = await start()
  const { exitCode, failure } = await gather({ ...apiTokenEnvironment, ZENDESK_GLOBAL_TOKEN: 'of-before' })
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'LOGIN_REFUSED' })
  expect(failure.next).toContain('ZENDESK_GLOBAL_CLIENT_ID')
})

test('the client is used if both a client and an API token are set', async () => {
  const { environment, apiTokenEnvironment, global } = await start()
  const { exitCode, warned } = await gather({ ...apiTokenEnvironment, ...environment })
  expect({ exitCode, warned }).toEqual({ exitCode: 0, warned: [] })
  expect(global.controls.counts()).toHaveProperty([LOGIN], 1)
})

const [URL, ID, SECRET, USER, TOKEN] = ['URL', 'CLIENT_ID', 'CLIENT_SECRET', 'USER', 'TOKEN'].map(
  name => `ZENDESK_GLOBAL_${name}`,
)

test.each([
  ['nothing', [], [URL, ID, SECRET]],
  ['half of the client', [URL, ID], [SECRET]],
  ['the other half of it', [SECRET], [URL, ID]],
  ['half of the API token', [URL, USER], [TOKEN]],
  ['the other half of it', [TOKEN], [URL, USER]],
  ['half of both', [URL, ID, TOKEN], [SECRET]],
  ['half of the client and an API token', [URL, SECRET, USER, TOKEN], [ID]],
])('if %s is set, one error names everything that is missing', async (_, set, missing) => {
  const all = { [`${URL}`]: 'https://example.zendesk.com', [`${ID}`]: 'i', [`${SECRET}`]: 's' }
  const environment = { ...all, [`${USER}`]: 'u', [`${TOKEN}`]: 't' }
  const unset = Object.keys(environment).filter(name => !set.includes(name))
  const { exitCode, failure } = await gather(without(environment, ...unset))
  expect(exitCode).toBe(2)
  expect(failure).toMatchObject({
    code: 'CONFIGURATION_INVALID',
    message: `environment variables: ${missing.map(name => `${name} is not set`).join('; ')}`,
  })
})
