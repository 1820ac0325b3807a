import { expect, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import { bodyOf, calls, connect, user, zendeskServer } from './connection.ts'

test('only active users with exactly this address are found, primary or secondary', async () => {
  const primary = user(1, { email: 'Jane+1@Example.com' })
  const second = user(2, { email: 'other@example.com' })
  const similar = user(3, { email: 'xjane+1@example.com' })
  const deleted = user(4, { email: 'jane+1@example.com', active: false })
  const identity = (value: string) => ({ json: { identities: [{ type: 'email', value }], next_page: null } })
  await using server = await zendeskServer({
    'GET users/search': [{ json: { users: [primary, second, similar, deleted], next_page: null } }],
    'GET users/2/identities': [identity('JANE+1@example.com')],
    'GET users/3/identities': [identity('xjane+1@example.com')],
  })
  expect(await connect(server).findUsersByEmail(' jane+1@EXAMPLE.com ')).toEqual([
    { user: primary, primary: true },
    { user: second, primary: false },
  ])
  expect(server.requests[0]?.query.get('query')).toBe('email:"jane+1@example.com"')
})

test('an identity that is not an address does not count', async () => {
  const found = user(1, { email: null })
  await using server = await zendeskServer({
    'GET users/search': [{ json: { users: [found] } }],
    'GET users/1/identities': [{ json: { identities: [{ type: 'google', value: 'jane@example.com' }] } }],
  })
  expect(await connect(server).findUsersByEmail('jane@example.com')).toEqual([])
})

const NOT_FOUND = { status: 404, json: { error: 'RecordNotFound', description: 'Not found' } }

test.each([
  ['permanent', NOT_FOUND],
  ['not permanent', { json: { user: user(1, { active: false }) } }],
])('a user that the search index still has after their deletion is skipped: %s', async (_, shown) => {
  const other = user(2, { email: 'jane@example.com' })
  await using server = await zendeskServer({
    'GET users/search': [{ json: { users: [user(1, { email: 'first@example.com' }), other] } }],
    'GET users/1/identities': [NOT_FOUND],
    'GET users/1': [shown],
  })
  expect(await connect(server).findUsersByEmail('jane@example.com')).toEqual([{ user: other, primary: true }])
})

test('an existing user whose addresses are not found is an error that names the service', async () => {
  await using server = await zendeskServer({
    'GET users/search': [{ json: { users: [user(1, { email: 'first@example.com' })] } }],
    'GET users/1/identities': [NOT_FOUND],
    'GET users/1': [{ json: { user: user(1) } }],
  })
  const problem = await expectedErrorOf(connect(server).findUsersByEmail('jane@example.com'))
  expect(problem.message).toContain('/users/1/identities')
  expect(problem.next).toContain('the API of Zendesk Global')
})

test('secondary addresses that Zendesk does not show do not count as none', async () => {
  await using server = await zendeskServer({
    'GET users/search': [{ json: { users: [user(1, { email: 'first@example.com' })] } }],
    'GET users/1/identities': [{ status: 403 }],
  })
  expect(await expectedErrorOf(connect(server).findUsersByEmail('jane@example.com'))).toMatchObject({
    code: 'NOT_ALLOWED',
  })
})

test('every page of a search is read', async () => {
  const jane = user(2, { email: 'jane@example.com' })
  const other = user(1, { active: false })
  await using server = await zendeskServer({
    'GET users/search': [{ json: { users: [other], next_page: 'https://…' } }, { json: { users: [jane] } }],
  })
  expect(await connect(server).findUsersByEmail('jane@example.com')).toEqual([{ user: jane, primary: true }])
  expect(server.requests.map(({ query }) => query.get('page'))).toEqual(['1', '2'])
})

const REFUSED = {
  status: 422,
  json: { error: 'RecordInvalid', details: { user_id: [{ description: 'No' }] } },
}
const member = (organizationId: number) => ({
  json: {
    organization_memberships: [{ id: 1, user_id: 5, organization_id: organizationId }],
    next_page: null,
  },
})

test('a user is added to an organization through a membership', async () => {
  const organization_membership = { id: 1, user_id: 5, organization_id: 7 }
  await using server = await zendeskServer([{ status: 201, json: { organization_membership } }])
  expect(await connect(server).addUserToOrganization(5, 7)).toEqual({ outcome: 'added' })
  expect(calls(server)).toEqual(['POST organization_memberships'])
  expect(bodyOf(server.requests[0])).toEqual({ organization_membership: { user_id: 5, organization_id: 7 } })
})

test.each([[[]], [{}], [{ organization_membership: null }]])(
  'an answer that is not a membership (%j) does not count as one',
  async json => {
    await using server = await zendeskServer([{ json }])
    expect(await expectedErrorOf(connect(server).addUserToOrganization(5, 7))).toMatchObject({
      kind: 'upstream',
      code: 'ANSWER_NOT_UNDERSTOOD',
    })
  },
)

test('an answer that is not a list of addresses does not count as an empty list', async () => {
  await using server = await zendeskServer({
    'GET users/search': [{ json: { users: [user(1, { email: 'other@example.com' })] } }],
    'GET users/1/identities': [{ json: [] }],
  })
  expect(await expectedErrorOf(connect(server).findUsersByEmail('jane@example.com'))).toMatchObject({
    kind: 'upstream',
    code: 'ANSWER_NOT_UNDERSTOOD',
  })
})

test('a membership that already exists counts as added', async () => {
  await using server = await zendeskServer([REFUSED, member(7)])
  expect(await connect(server).addUserToOrganization(5, 7)).toEqual({ outcome: 'added' })
  expect(calls(server)).toEqual(['POST organization_memberships', 'GET users/5/organization_memberships'])
})

test('a user in another organization stays there, and the result is a refusal', async () => {
  await using server = await zendeskServer([REFUSED, member(8)])
  expect(await connect(server).addUserToOrganization(5, 7)).toEqual({
    outcome: 'refused',
    status: 422,
    code: 'RecordInvalid',
    message: 'No',
    about: ['user_id'],
  })
})

test('a membership whose answer was lost is sent again, because it cannot create a second one', async () => {
  await using server = await zendeskServer([{ broken: 'reset' }, REFUSED, member(7)])
  expect(await connect(server).addUserToOrganization(5, 7)).toEqual({ outcome: 'added' })
})

test('a refused login is not a refusal of the membership', async () => {
  await using server = await zendeskServer([{ status: 403 }])
  expect(await expectedErrorOf(connect(server).addUserToOrganization(5, 7))).toMatchObject({
    code: 'NOT_ALLOWED',
  })
})
