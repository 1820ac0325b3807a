import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import { endsWell, hostileJson, Raw, spoiled, startHostileServer } from '../../http/test/hostile-server.ts'
import { testContext } from '../../http/test/scripted-server.ts'
import type { Zendesk } from '../index.ts'
import { connect, organization, user } from './connection.ts'

let server: Awaited<ReturnType<typeof startHostileServer>>
beforeAll(async () => {
  server = await startHostileServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const LIMITS = { attempts: 2, jobDeadlineMs: 50 }

const page = (resource: string, records: object[]) => ({
  [resource]: records,
  meta: { has_more: false, after_cursor: null },
  links: { next: null, prev: null },
  count: { value: records.length },
})
const job = {
  job_status: {
    id: 'j1',
    status: 'completed',
    message: '',
    results: [{ id: 1, action: 'update', success: true }],
  },
}
const CALLS: readonly [string, unknown, (zendesk: Zendesk) => Promise<unknown>][] = [
  ['organizations', page('organizations', [organization(1)]), z => Array.fromAsync(z.organizations())],
  ['users', page('users', [user(1)]), z => Array.fromAsync(z.users())],
  [
    'a search',
    { organizations: [organization(1)], count: 1 },
    z => z.findOrganizationsByName('Organization 1'),
  ],
  [
    'a create',
    { organization: organization(1) },
    z => z.createOrganization({ name: 'A', organization_fields: {} }),
  ],
  ['a job', job, z => z.updateOrganizations([{ id: 1, name: 'A' }])],
  [
    "a user's search",
    { users: [user(1)], next_page: null, identities: [{ type: 'email', value: 'second@example.com' }] },
    z => z.findUsersByEmail('second@example.com'),
  ],
  [
    "a user's create",
    { user: user(1), users: [] },
    z => z.createUser({ name: 'A', email: 'a@example.com', organization_id: 1, user_fields: {} }),
  ],
  ["a user's job", job, z => z.updateUsers([{ id: 1, name: 'A' }])],
  [
    'a membership',
    { organization_membership: { id: 1 }, organization_memberships: [{ organization_id: 1 }] },
    z => z.addUserToOrganization(1, 1),
  ],
]

test.each(CALLS)(
  'any answer of Zendesk to %s ends in a value or an expected error',
  async (_, right, call) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          hostileJson,
          spoiled(right),
          fc
            .tuple(fc.constantFrom(400, 404, 413, 422), fc.oneof(hostileJson, refusals))
            .map(([status, body]) => new Raw(status, JSON.stringify(body))),
          fc.string().map(text => new Raw(200, text)),
        ),
        async answer => {
          server.answers(() => answer)
          await endsWell(() => call(connect(server, testContext(LIMITS))))
        },
      ),
      { numRuns: 60 },
    )
  },
)

const refusals = spoiled({
  error: 'RecordInvalid',
  description: 'Record validation errors',
  details: { name: [{ description: 'Name: A has already been taken', error: 'DuplicateValue' }] },
})

test('a create whose answer has extra keys is created', async () => {
  server.answers(() => ({ user: user(7), users: null, organizations: 'none' }))
  const { createUser } = connect(server, testContext(LIMITS))
  const given = { name: 'A', email: 'a@example.com', organization_id: 1, user_fields: {} }
  expect(await createUser(given)).toMatchObject({ outcome: 'created', id: 7 })
})

test('an endless list ends in an error', async () => {
  let number = 0
  server.answers(({ path }) => {
    number += 1
    if (path.endsWith('/count.json')) return { count: { value: 3 } }
    const next = `${server.url}/api/v2/organizations.json?page[after]=${number}`
    return { organizations: [organization(1)], meta: { has_more: true }, links: { next } }
  })
  const { organizations } = connect(server, testContext())
  expect(await expectedErrorOf(Array.fromAsync(organizations()))).toMatchObject({ code: 'INCOMPLETE_READ' })
  expect(number).toBeLessThan(30)
})

test('an endless search ends in an error', async () => {
  let number = 0
  server.answers(() => {
    number += 1
    return { users: [user(number)], next_page: 'more' }
  })
  const { findUsersByEmail } = connect(server, testContext())
  expect(await expectedErrorOf(findUsersByEmail('a@example.com'))).toMatchObject({
    code: 'ANSWER_NOT_UNDERSTOOD',
  })
})
