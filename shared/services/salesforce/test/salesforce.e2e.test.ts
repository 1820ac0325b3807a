import { generateKeyPairSync, verify } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import {
  type RecordedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
  testContext,
} from '../../http/test/scripted-server.ts'
import { connectSalesforce, type Salesforce } from '../index.ts'

const SOQL =
  'SELECT Id, Owner__c, (SELECT Id FROM Subscriptions__r), (SELECT Id FROM Charges__r) FROM Account WHERE Id IN (SELECT AccountId FROM Contact)'

type Answers = (request: RecordedRequest, index: number) => ScriptedAnswer | undefined

/** Answers the login, then the queries from the list. `logins` have their own list, if given. */
function salesforce(answers: readonly ScriptedAnswer[], logins: readonly ScriptedAnswer[] = []) {
  let queries = 0
  return scripted(() => answers[queries++], logins)
}

/** Answers the queries by the end of their paths, as several may come at once. */
function salesforceByPath(answers: Readonly<Record<string, ScriptedAnswer>>) {
  return scripted(request => answers[lastPart(request)], [])
}

function scripted(
  answer: (request: RecordedRequest) => ScriptedAnswer | undefined,
  logins: readonly ScriptedAnswer[],
) {
  let logged = 0
  let url = ''
  const script: Answers = request => {
    if (request.path !== '/services/oauth2/token') return answer(request)
    return logins[logged++] ?? { json: session(url, `token-${logged}`) }
  }
  return startScriptedServer(script).then(server => {
    url = server.url
    return server
  })
}

function session(url: string, token: string) {
  return { access_token: token, instance_url: url, id: `${url}/id/00D/005`, token_type: 'Bearer' }
}

function connect(server: ScriptedServer, context = testContext()): Promise<Salesforce> {
  return connectSalesforce({ loginUrl: server.url, clientId: 'client', clientSecret: 'secret' }, context)
}

async function read(server: ScriptedServer, context = testContext(), soql = SOQL): Promise<unknown[][]> {
  const pages: unknown[][] = []
  for await (const page of (await connect(server, context)).query(soql)) pages.push(page)
  return pages
}

function parent(id: string, Subscriptions__r: unknown = null, Charges__r: unknown = null) {
  const attributes = { url: `/services/data/v62.0/sobjects/Account/001${id}` }
  return { attributes, Id: id, Owner__c: null, Subscriptions__r, Charges__r }
}

function whole(records: unknown[]) {
  return { totalSize: records.length, done: true, records }
}

function started(totalSize: number, records: unknown[], next: string) {
  return { totalSize, done: false, records, nextRecordsUrl: `/services/data/v62.0/query/${next}` }
}

function ids(prefix: string, count: number, from = 0) {
  return Array.from({ length: count }, (_, index) => ({ Id: `${prefix}${from + index}` }))
}

function paths(server: ScriptedServer): string[] {
  return server.requests.slice(1).map(lastPart)
}

function lastPart({ path }: RecordedRequest): string {
  return path.split('/').at(-1) ?? ''
}

test('child sets are read to their end, in parallel, before the next parents, and become plain arrays', async () => {
  await using server = await salesforceByPath({
    query: {
      json: started(
        3,
        [
          parent('A', started(5, ids('s', 2), 'child-1'), whole(ids('c', 1))),
          // The first record's keys say nothing about the others.
          parent('B', null, started(2, ids('d', 1), 'child-3')),
        ],
        'parents-2',
      ),
    },
    'child-1': { json: started(5, ids('s', 2, 2), 'child-2') },
    'child-2': { json: { ...whole(ids('s', 1, 4)), totalSize: 5 } },
    'child-3': { json: { ...whole(ids('d', 1, 1)), totalSize: 2 } },
    'parents-2': { json: { ...whole([parent('C')]), totalSize: 3 } },
  })
  const pages = await read(server)
  expect(paths(server).toSorted()).toEqual(['child-1', 'child-2', 'child-3', 'parents-2', 'query'])
  expect([paths(server).at(0), paths(server).at(-1)]).toEqual(['query', 'parents-2'])
  expect(pages).toEqual([
    [
      { ...parent('A'), Subscriptions__r: ids('s', 5), Charges__r: ids('c', 1) },
      { ...parent('B'), Subscriptions__r: [], Charges__r: ids('d', 2) },
    ],
    // An empty field stays null. Only child sets become empty arrays.
    [{ ...parent('C'), Owner__c: null, Subscriptions__r: [], Charges__r: [] }],
  ])
})

test('the read fails if one of many child sets fails, and no more parents are requested', async () => {
  const records = ids('A', 20).map(({ Id }) => parent(Id, started(2, ids(`${Id}s`, 1), `child-${Id}`)))
  const children = records.map(({ Id }) => [`child-${Id}`, { json: { ...whole([]), totalSize: 2 } }])
  await using server = await salesforceByPath({
    query: { json: started(21, records, 'parents-2') },
    ...Object.fromEntries(children),
  })
  expect(await expectedErrorOf(read(server))).toMatchObject({ kind: 'upstream', code: 'INCOMPLETE_READ' })
  expect(paths(server)).not.toContain('parents-2')
})

test('a page is yielded while the next is on its way, and no page after that is requested', async () => {
  await using server = await salesforce([
    { json: started(3, [parent('A')], 'parents-2') },
    { json: started(3, [parent('B')], 'parents-3') },
    { json: { ...whole([parent('C')]), totalSize: 3 } },
  ])
  const pages = (await connect(server)).query(SOQL)[Symbol.asyncIterator]()
  await pages.next()
  await expect.poll(() => paths(server)).toEqual(['query', 'parents-2'])
  await pause(50)
  expect(paths(server)).toEqual(['query', 'parents-2'])
  await pages.next()
  await expect.poll(() => paths(server)).toEqual(['query', 'parents-2', 'parents-3'])
})

test('more than 10,000 parents are read', async () => {
  const total = 12_000
  await using server = await salesforce(
    Array.from({ length: 6 }, (_, page) => {
      const records = ids('A', 2000, page * 2000)
      const json = page === 5 ? { ...whole(records), totalSize: total } : started(total, records, `p${page}`)
      return { json }
    }),
  )
  expect((await read(server, testContext(), 'SELECT Id FROM Account')).flat()).toHaveLength(total)
})

test('an answer without records is an empty result', async () => {
  await using server = await salesforce([{ json: whole([]) }])
  expect((await read(server)).flat()).toEqual([])
})

test.each([
  ['parents', { ...whole([parent('A')]), totalSize: 2 }],
  ['a child set', whole([parent('A', { ...whole(ids('s', 1)), totalSize: 2 })])],
  ['more parents than counted', { ...whole([parent('A'), parent('B')]), totalSize: 1 }],
])('a set that says it is done is compared with its count: %s', async (_, json) => {
  await using server = await salesforce([{ json }])
  expect(await expectedErrorOf(read(server))).toMatchObject({ kind: 'upstream', code: 'INCOMPLETE_READ' })
})

test.each([
  ['no next address', { totalSize: 2, done: false, records: [parent('A')] }],
  ['no count', { done: true, records: [parent('A')] }],
  ['no records', { totalSize: 0, done: true }],
  ['a missing child set', whole([{ Id: 'A', Subscriptions__r: null }])],
  ['a child set without records', whole([parent('A', { totalSize: 1, done: true })])],
  [
    'a next address on another host',
    { totalSize: 2, done: false, records: [parent('A')], nextRecordsUrl: 'https://example.com/' },
  ],
])('an answer of another form is an error: %s', async (_, json) => {
  await using server = await salesforce([{ json }])
  expect(await expectedErrorOf(read(server))).toMatchObject({ kind: 'upstream', code: 'INCOMPLETE_READ' })
  expect(server.requests).toHaveLength(2)
})

test('a repeated address or a page without records ends the read', async () => {
  await using circle = await salesforce(Array(9).fill({ json: started(9, [parent('A')], 'again') }))
  expect(await expectedErrorOf(read(circle))).toMatchObject({ code: 'INCOMPLETE_READ' })
  await using empty = await salesforce([{ json: started(9, [], 'next') }])
  expect(await expectedErrorOf(read(empty))).toMatchObject({ code: 'INCOMPLETE_READ' })
})

test('a page that is served in place of another, with the right length, ends the read', async () => {
  const child = (id: string) => ({
    attributes: { url: `/services/data/v62.0/sobjects/Charge/${id}` },
    Id: id,
  })
  const last = (id: string) => ({ json: { totalSize: 2, done: true, records: [child(id)] } })
  const open = (id: string) => started(2, [child(`${id}1`)], `child-${id}`)
  const pages = (second: string) => [
    { json: whole([parent('A', open('s')), parent('B', open('t'))]) },
    last('s2'),
    last(second),
  ]
  await using sound = await salesforce(pages('t2'))
  expect((await read(sound)).flat()).toHaveLength(2)
  // The second account would have the first one's charge.
  await using repeated = await salesforce(pages('s2'))
  expect(await expectedErrorOf(read(repeated))).toMatchObject({ kind: 'upstream', code: 'INCOMPLETE_READ' })
  await using parents = await salesforce([
    { json: started(3, [parent('A'), parent('B')], 'next') },
    { json: { totalSize: 3, done: true, records: [parent('A')] } },
  ])
  expect(await expectedErrorOf(read(parents))).toMatchObject({ kind: 'upstream', code: 'INCOMPLETE_READ' })
})

test.each<[string, ScriptedAnswer]>([
  ['429', { status: 429 }],
  ['502', { status: 502, text: '<html>' }],
  ['503', { status: 503 }],
  ['503 with Retry-After', { status: 503, headers: { 'retry-after': '5' } }],
  ['504', { status: 504 }],
  ['HTML', { text: '<html>maintenance</html>', headers: { 'content-type': 'text/html' } }],
  ['a body cut short', { json: whole([parent('B')]), broken: 'length' }],
  ['chunks cut short', { json: whole([parent('B')]), broken: 'chunked' }],
  ['a body that hangs', { json: whole([parent('B')]), broken: 'hang' }],
  ['a closed connection', { broken: 'reset' }],
])('a later page of parents or children that fails with %s is requested again', async (_, failure) => {
  await using server = await salesforce([
    { json: started(2, [parent('A', started(2, ids('s', 1), 'child-1'))], 'parents-2') },
    failure,
    { json: { ...whole(ids('s', 1, 1)), totalSize: 2 } },
    failure,
    { json: { ...whole([parent('B')]), totalSize: 2 } },
  ])
  const context = testContext({ timeoutMs: 1_000 })
  expect(await read(server, context)).toEqual([
    [{ ...parent('A'), Subscriptions__r: ids('s', 2), Charges__r: [] }],
    [{ ...parent('B'), Subscriptions__r: [], Charges__r: [] }],
  ])
  expect(context.usage).toEqual({ requests: 6, retries: 2 })
})

test('a child page that stays broken ends the read', async () => {
  await using server = await salesforce([
    { json: whole([parent('A', started(2, ids('s', 1), 'child-1'))]) },
    ...Array(3).fill({ text: '<html>' }),
  ])
  expect(await expectedErrorOf(read(server))).toMatchObject({
    kind: 'upstream',
    code: 'UPSTREAM_UNAVAILABLE',
  })
})

test('a failed token request is repeated, for a login with the client secret', async () => {
  await using server = await salesforce([{ json: whole([]) }], [{ status: 503 }])
  await read(server)
  const [first, second, query] = server.requests
  expect(Object.fromEntries(new URLSearchParams(second?.body))).toEqual({
    grant_type: 'client_credentials',
    client_id: 'client',
    client_secret: 'secret',
  })
  expect(second?.body).toBe(first?.body)
  expect(query?.headers.authorization).toBe('Bearer token-2')
  expect(query?.path).toBe('/services/data/v62.0/query')
  expect(query?.query.get('q')).toBe(SOQL)
})

test('a login with an assertion signs it for the login address', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  await using server = await salesforce([])
  const context = { ...testContext(), now: () => 1_700_000_000_500 }
  await connectSalesforce(
    { loginUrl: `${server.url}/`, clientId: 'client', username: 'sync@example.com', privateKey: pem },
    context,
  )
  const form = new URLSearchParams(server.requests[0]?.body)
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
  const [head = '', body = '', signature = ''] = form.get('assertion')?.split('.') ?? []
  expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual({
    iss: 'client',
    sub: 'sync@example.com',
    aud: server.url,
    exp: 1_700_000_180,
  })
  const signed = Buffer.from(`${head}.${body}`)
  expect(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
})

test('the error about an invalid private key does not show it', async () => {
  const privateKey = '-----BEGIN PRIVATE KEY-----\nverysecret\n-----END PRIVATE KEY-----'
  const login = { loginUrl: 'http://127.0.0.1:9', clientId: 'client', username: 'sync', privateKey }
  const problem = await expectedErrorOf(connectSalesforce(login, testContext()))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'PRIVATE_KEY_INVALID' })
  expect(`${problem.message}${problem.next}${problem.stack}`).not.toContain('verysecret')
})

test('a refused login is bad input', async () => {
  const refusal = { error: 'invalid_client', error_description: 'invalid client credentials' }
  await using server = await salesforce([], [{ status: 400, json: refusal }])
  const problem = await expectedErrorOf(connect(server))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'LOGIN_REFUSED' })
  expect(problem.message).toContain('invalid_client')
  expect(problem.next).toContain('SALESFORCE_CLIENT_SECRET')
  expect(server.requests).toHaveLength(1)
})

test('a token answer without a session is an error', async () => {
  await using server = await salesforce([], [{ json: {} }])
  expect(await expectedErrorOf(connect(server))).toMatchObject({
    kind: 'upstream',
    code: 'ANSWER_NOT_UNDERSTOOD',
  })
})

const EXPIRED = { status: 401, json: [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired' }] }

test('a session that expires during a read is renewed, and the page is requested again', async () => {
  await using server = await salesforce([
    { json: started(2, [parent('A')], 'parents-2') },
    EXPIRED,
    { json: { ...whole([parent('B')]), totalSize: 2 } },
  ])
  expect((await read(server)).flat()).toHaveLength(2)
  expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer token-2')
})

test('a session that keeps being refused ends the read', async () => {
  await using server = await salesforce(Array(20).fill(EXPIRED))
  const problem = await expectedErrorOf(read(server))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'SESSION_REFUSED' })
  expect(paths(server)).toEqual(['query', 'token', 'query', 'token', 'query'])
})

test('500 ids fit into a query; a query that is too long is not sent', async () => {
  const list = (count: number) => ids('0010000000000000', count, 10).map(({ Id }) => `'${Id}'`)
  await using server = await salesforce([{ json: whole([]) }])
  await read(server, testContext(), `SELECT Id FROM Contact WHERE AccountId IN (${list(500).join()})`)
  const long = `SELECT Id FROM Contact WHERE AccountId IN (${list(900).join()})`
  expect(await expectedErrorOf(read(server, testContext(), long))).toMatchObject({ code: 'QUERY_TOO_LONG' })
  expect(paths(server)).toEqual(['query', 'token'])
})
