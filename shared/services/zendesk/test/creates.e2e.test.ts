import { expect, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import { type ScriptedAnswer, testContext } from '../../http/test/scripted-server.ts'
import { bodyOf, calls, connect, organization, user, zendeskServer } from './connection.ts'

const ACME = { name: 'Acme', organization_fields: { salesforce_id: '001', sub_edu: false } }
const CREATED = { status: 201, json: { organization: organization(42, 'Acme') } }
const TAKEN = {
  status: 422,
  json: {
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: { name: [{ description: 'Name: Acme has already been taken', error: 'DuplicateValue' }] },
  },
}
const NONE_OF_THAT_NAME = { json: { organizations: [] } }
const ONE_OF_THAT_NAME = { json: { organizations: [organization(42, 'acme ')] } }
const ACME_AS_READ = { id: 42, name: 'acme ', organization_fields: { salesforce_id: null } }

test('an organization is created with its name and fields', async () => {
  await using server = await zendeskServer([CREATED])
  expect(await connect(server).createOrganization(ACME)).toMatchObject({ outcome: 'created', id: 42 })
  expect(calls(server)).toEqual(['POST organizations'])
  expect(bodyOf(server.requests[0])).toEqual({ organization: ACME })
})

test('a name that is taken is a refusal, returned as data', async () => {
  await using server = await zendeskServer([TAKEN])
  expect(await connect(server).createOrganization(ACME)).toMatchObject({
    outcome: 'refused',
    status: 422,
    code: 'DuplicateValue',
    message: 'Name: Acme has already been taken',
  })
  expect(server.requests).toHaveLength(1)
})

test.each<[string, unknown, object]>([
  [
    'a bad drop-down value',
    {
      error: 'RecordInvalid',
      description: 'Record validation errors',
      details: { base: [{ description: 'Support level is invalid' }] },
    },
    { code: 'RecordInvalid', message: 'Support level is invalid' },
  ],
  [
    'a title and a message',
    { error: { title: 'Bad', message: 'No name' } },
    { code: 'REFUSED', message: 'No name' },
  ],
  ['no reason', {}, { code: 'REFUSED', message: 'no reason was given' }],
])("other refusals keep Zendesk's sentence: %s", async (_, json, expected) => {
  await using server = await zendeskServer([{ status: 422, json }])
  expect(await connect(server).createOrganization(ACME)).toMatchObject({ outcome: 'refused', ...expected })
})

const LOST: [string, ScriptedAnswer][] = [
  ['500', { status: 500 }],
  ['503 without Retry-After', { status: 503 }],
  ['504', { status: 504, text: '<html>' }],
  ['HTML', { text: '<html>' }],
  ['a success without an id', { status: 201, json: {} }],
  ['a cut answer', { ...CREATED, broken: 'length' }],
  ['a closed connection', { broken: 'reset' }],
  ['no answer in time', { broken: 'silent' }],
]

test.each(LOST)(
  'after %s the name is looked up, and an existing organization is not created again',
  async (_, lost) => {
    await using server = await zendeskServer({
      'POST organizations': [lost],
      'GET organizations/search': [ONE_OF_THAT_NAME],
    })
    const context = testContext({ timeoutMs: 250 })
    expect(await connect(server, context).createOrganization(ACME)).toEqual({
      outcome: 'exists',
      existing: ACME_AS_READ,
    })
    expect(calls(server)).toEqual(['POST organizations', 'GET organizations/search'])
    expect(context.waits).toEqual([5_000])
  },
)

test.each(LOST)('after %s an organization that does not exist is created again', async (_, lost) => {
  await using server = await zendeskServer({
    'POST organizations': [lost, CREATED],
    'GET organizations/search': [NONE_OF_THAT_NAME],
  })
  const context = testContext({ timeoutMs: 250 })
  expect(await connect(server, context).createOrganization(ACME)).toMatchObject({
    outcome: 'created',
    id: 42,
  })
  expect(context.usage).toEqual({ requests: 3, retries: 1 })
})

test('a lost create that was slower than the look-up is found once its name is taken', async () => {
  await using server = await zendeskServer({
    'POST organizations': [{ status: 504 }, TAKEN],
    'GET organizations/search': [NONE_OF_THAT_NAME, ONE_OF_THAT_NAME],
  })
  expect(await connect(server).createOrganization(ACME)).toEqual({
    outcome: 'exists',
    existing: ACME_AS_READ,
  })
})

test('a create that is lost again and again ends with the service unavailable', async () => {
  await using server = await zendeskServer({
    'POST organizations': Array(9).fill({ status: 500 }),
    'GET organizations/search': Array(9).fill(NONE_OF_THAT_NAME),
  })
  expect(await expectedErrorOf(connect(server).createOrganization(ACME))).toMatchObject({ kind: 'upstream' })
  expect(calls(server).filter(call => call === 'POST organizations')).toHaveLength(3)
})

test.each<[string, ScriptedAnswer]>([
  ['429', { status: 429, headers: { 'retry-after': '2' } }],
  ['503 with Retry-After', { status: 503, headers: { 'retry-after': '2' } }],
])('after %s a create waits and needs no look-up', async (_, busy) => {
  await using server = await zendeskServer([busy, CREATED])
  expect(await connect(server).createOrganization(ACME)).toMatchObject({ outcome: 'created', id: 42 })
  expect(calls(server)).toEqual(['POST organizations', 'POST organizations'])
})

test('refused credentials are not a refusal of the organization', async () => {
  await using server = await zendeskServer([{ status: 401 }])
  expect(await expectedErrorOf(connect(server).createOrganization(ACME))).toMatchObject({
    code: 'LOGIN_REFUSED',
  })
})

test('organizations are found by name, by Zendesk’s own rule for equal names', async () => {
  const found = [organization(1, ' ACME & Söhne'), organization(2, 'Acme & Söhne GmbH')]
  await using server = await zendeskServer([{ json: { organizations: found } }])
  const matches = await connect(server).findOrganizationsByName(' acme & söhne ')
  expect(matches.map(({ id }) => id)).toEqual([1, 2])
  expect(calls(server)).toEqual(['GET organizations/search'])
  expect(server.requests[0]?.query.get('name')).toBe('acme & söhne')
})

const JANE = {
  name: 'Jane',
  email: 'Jane+1@example.com',
  organization_id: 7,
  user_fields: { not_in_sfdc: false },
}

test('a user is created as an end-user, without an email to them', async () => {
  await using server = await zendeskServer([{ status: 201, json: { user: user(5) } }])
  expect(await connect(server).createUser(JANE)).toMatchObject({ outcome: 'created', id: 5 })
  expect(bodyOf(server.requests[0])).toEqual({ user: { ...JANE, role: 'end-user', skip_verify_email: true } })
})

test('an address in use is a refusal that does not contain the address', async () => {
  const description = 'Email: jane+1@example.com is already being used by another user'
  const json = { error: 'RecordInvalid', details: { email: [{ description, error: 'DuplicateValue' }] } }
  await using server = await zendeskServer([{ status: 422, json }])
  expect(await connect(server).createUser(JANE)).toMatchObject({
    outcome: 'refused',
    status: 422,
    code: 'DuplicateValue',
    message: 'Email: (address) is already being used by another user',
  })
})

test('after a lost create of a user, their address is looked up', async () => {
  const jane = user(5, { email: 'jane+1@example.com' })
  await using server = await zendeskServer({
    'POST users': [{ broken: 'reset' }],
    'GET users/search': [{ json: { users: [jane], next_page: null } }],
  })
  expect(await connect(server).createUser(JANE)).toEqual({
    outcome: 'exists',
    existing: { user: jane, primary: true },
  })
})
