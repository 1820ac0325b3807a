import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import { type ScriptedAnswer, startScriptedServer, testContext } from '../../http/test/scripted-server.ts'
import type { Zendesk } from '../index.ts'
import { maxMissing } from '../list.ts'
import { calls, connect, organization, organizations, user } from './connection.ts'

type Page = { records: unknown[]; more: boolean; next?: string | null } | { failure: ScriptedAnswer }

/** Serves pages in the order of the list, for any link; `count` is one number, or one per request. */
function listing(pages: readonly Page[], count: number | readonly number[], resource = 'organizations') {
  let page = 0
  let counted = 0
  const counts = typeof count === 'number' ? [count] : count
  return startScriptedServer(({ path, headers }): ScriptedAnswer | undefined => {
    const base = `http://${headers.host}/api/v2/${resource}.json`
    if (path.endsWith('/count.json')) {
      return {
        json: { count: { value: counts[Math.min(counted++, counts.length - 1)], refreshed_at: null } },
      }
    }
    const current = pages[page++]
    if (!current) return undefined
    if ('failure' in current) return current.failure
    const { records, more, next = `${base}?page%5Bafter%5D=cursor-${page}&page%5Bsize%5D=100` } = current
    return { json: { [resource]: records, meta: { has_more: more }, links: { next, prev: null } } }
  })
}

async function readAll(zendesk: Zendesk, resource: 'organizations' | 'users' = 'organizations') {
  const records = []
  for await (const page of zendesk[resource]()) records.push(...page)
  return records
}

test('every page is read by cursor, 100 per page, with the credentials of the user and token', async () => {
  await using server = await listing(
    [
      { records: organizations(100), more: true },
      { records: organizations(50, 101), more: false },
    ],
    150,
  )
  const read = await readAll(connect(server))
  expect(read.map(({ id }) => id)).toEqual(organizations(150).map(({ id }) => id))
  expect(read[0]).toEqual({ id: 1, name: 'Organization 1', organization_fields: { salesforce_id: null } })
  expect(calls(server)).toEqual(['GET organizations/count', 'GET organizations', 'GET organizations'])
  const [, first, second] = server.requests
  expect(first?.query.get('page[size]')).toBe('100')
  expect(second?.query.get('page[after]')).toBe('cursor-1')
  expect(first?.headers.authorization).toBe(
    `Basic ${Buffer.from('sync@example.com/token:secret').toString('base64')}`,
  )
})

test('a page is yielded while the next is on its way, and no page after that is requested', async () => {
  await using server = await listing(
    [
      { records: organizations(1), more: true },
      { records: organizations(1, 2), more: true },
      { records: organizations(1, 3), more: false },
    ],
    3,
  )
  const pages = connect(server).organizations()[Symbol.asyncIterator]()
  await pages.next()
  // The count, this page and the next.
  await expect.poll(() => server.requests).toHaveLength(3)
  await pause(50)
  expect(server.requests).toHaveLength(3)
})

test('the link on the last page is not followed', async () => {
  await using server = await listing([{ records: organizations(2), more: false }], 2)
  expect(await readAll(connect(server))).toHaveLength(2)
  expect(server.requests).toHaveLength(2)
})

test('an empty page after a page that promises more is the end', async () => {
  await using server = await listing(
    [
      { records: organizations(100), more: true },
      { records: [], more: false, next: null },
    ],
    100,
  )
  expect(await readAll(connect(server))).toHaveLength(100)
})

test('an instance without organizations gives no records', async () => {
  await using server = await listing([{ records: [], more: false, next: null }], 0)
  expect(await readAll(connect(server))).toEqual([])
})

const FAILURES: [string, ScriptedAnswer][] = [
  ['429 with Retry-After', { status: 429, headers: { 'retry-after': '3' } }],
  ['503 with Retry-After', { status: 503, headers: { 'retry-after': '3' } }],
  ['502', { status: 502, json: {} }],
  ['504', { status: 504, text: '<html>' }],
  ['HTML', { text: '<html>' }],
  ['a body cut short', { json: { organizations: organizations(9) }, broken: 'length' }],
  ['chunks cut short', { json: { organizations: organizations(9) }, broken: 'chunked' }],
  ['a body that hangs', { json: { organizations: organizations(9) }, broken: 'hang' }],
  ['a closed connection', { broken: 'reset' }],
]

test.each(FAILURES)('a later page that fails with %s is requested again', async (_, failure) => {
  await using server = await listing(
    [
      { records: organizations(100), more: true },
      { failure },
      { records: organizations(20, 101), more: false },
    ],
    120,
  )
  const context = testContext({ timeoutMs: 1_000 })
  expect(await readAll(connect(server, context))).toHaveLength(120)
  expect(context.usage).toEqual({ requests: 4, retries: 1 })
})

test.each(FAILURES)('a later page that keeps failing with %s ends the read', async (_, failure) => {
  await using server = await listing(
    [{ records: organizations(100), more: true }, { failure }, { failure }, { failure }],
    200,
  )
  const problem = await expectedErrorOf(readAll(connect(server, testContext({ timeoutMs: 250 }))))
  expect(problem).toMatchObject({ kind: 'upstream', code: 'UPSTREAM_UNAVAILABLE' })
})

test.each([
  ['repeats itself', 'http://HOST/api/v2/organizations.json?page=same'],
  ['is missing', null],
  ['has no cursor', 'http://HOST/api/v2/organizations.json'],
])('the read fails if a page promises more but its link %s', async (_, link) => {
  await using server = await startScriptedServer(({ path, headers }, index) => {
    if (path.endsWith('/count.json')) return { json: { count: { value: 900 } } }
    const next = link?.replace('HOST', String(headers.host))
    return { json: { organizations: [organization(index)], meta: { has_more: true }, links: { next } } }
  })
  const problem = await expectedErrorOf(readAll(connect(server)))
  expect(problem).toMatchObject({ kind: 'upstream', code: 'INCOMPLETE_READ' })
  expect(server.requests.length).toBeLessThan(5)
})

test('pages with links to another host are read from the configured host, by cursor', async () => {
  const next = 'https://support.example.com/api/v2/organizations.json?page%5Bafter%5D=two&page%5Bsize%5D=100'
  await using server = await listing(
    [
      { records: organizations(100), more: true, next },
      { records: organizations(20, 101), more: false, next: null },
    ],
    120,
  )
  expect(await readAll(connect(server))).toHaveLength(120)
  expect(server.requests.at(-1)?.query.get('page[after]')).toBe('two')
})

test('a read with fewer records than the count is incomplete', async () => {
  await using server = await listing([{ records: organizations(100), more: false }], 200)
  const problem = await expectedErrorOf(readAll(connect(server)))
  expect(problem).toMatchObject({ kind: 'upstream', code: 'INCOMPLETE_READ' })
  expect(problem.message).toBe('Zendesk Global gave an incomplete answer: it sent 100 of 200 organizations')
})

test('organizations deleted during the read are not missing: the count afterwards matches', async () => {
  await using server = await listing([{ records: organizations(100), more: false }], [180, 100])
  expect(await readAll(connect(server))).toHaveLength(100)
})

test('organizations created during the read do no harm', async () => {
  await using server = await listing([{ records: organizations(100), more: false }], 98)
  expect(await readAll(connect(server))).toHaveLength(100)
})

test.each([
  [0, 0],
  [99, 0],
  [100, 1],
  [500, 5],
  [99_999, 5],
  [100_000, 5_000],
])('out of %i counted records %i may be missing, always less than a page up to 100,000', (count, most) => {
  expect(maxMissing(count)).toBe(most)
})

test('a record that comes twice is yielded once, and cannot hide a missing one', async () => {
  const context = testContext()
  await using server = await listing(
    [
      { records: organizations(100), more: true },
      { records: organizations(100), more: true },
      { records: organizations(100, 101), more: false },
    ],
    300,
  )
  const zendesk = connect(server, context)
  const ids: number[] = []
  const reading = (async () => {
    for await (const page of zendesk.organizations()) ids.push(...page.map(({ id }) => id))
  })()
  expect(await expectedErrorOf(reading)).toMatchObject({ code: 'INCOMPLETE_READ' })
  expect(ids).toHaveLength(200)
  expect(context.logged).toContainEqual(
    expect.objectContaining({ level: 'warn', message: 'some records came twice' }),
  )
})

test.each([
  ['no paging', { organizations: organizations(1) }],
  ['no organizations', { meta: { has_more: false } }],
  [
    'an id that is not a number',
    { organizations: [{ ...organization(1), id: 'x' }], meta: { has_more: false } },
  ],
  ['no custom fields', { organizations: [{ id: 1, name: 'A' }], meta: { has_more: false } }],
])('an answer of another form is an error: %s', async (_, json) => {
  await using server = await startScriptedServer([{ json: { count: { value: 1 } } }, { json }])
  expect(await expectedErrorOf(readAll(connect(server)))).toMatchObject({
    kind: 'upstream',
    code: 'ANSWER_NOT_UNDERSTOOD',
  })
})

test.each([401, 403])('a refused login (%i) is bad input and names the variables', async status => {
  await using server = await startScriptedServer([{ status, json: { error: "Couldn't authenticate you" } }])
  const problem = await expectedErrorOf(readAll(connect(server)))
  expect(problem).toMatchObject({ kind: 'bad-input' })
  expect(problem.next).toContain('ZENDESK_GLOBAL_URL, ZENDESK_GLOBAL_USER and ZENDESK_GLOBAL_TOKEN')
  expect(server.requests).toHaveLength(1)
})

test('users are listed the same way, including deleted users and those without an address', async () => {
  const users = [
    user(1),
    user(2, { email: null, organization_id: 7 }),
    user(3, { active: false, role: 'agent' }),
  ]
  await using server = await listing([{ records: users, more: false }], 3, 'users')
  expect(await readAll(connect(server), 'users')).toEqual(users)
  expect(calls(server)).toEqual(['GET users/count', 'GET users'])
})
