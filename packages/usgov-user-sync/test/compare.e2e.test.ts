import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { beforeAll, describe, expect, test } from 'vitest'

function user(id: number, email: string | null, given: Record<string, unknown> = {}) {
  return {
    id,
    name: `User ${id}`,
    email,
    role: 'end-user',
    organization_id: 5,
    not_in_sfdc: false,
    ...given,
  }
}
function contact(id: number, given: Record<string, unknown> = {}) {
  return { name: `User ${id}`, email: `${id}@example.com`, organization_id: 5, ...given }
}

function organization(id: number, given: Record<string, unknown> = {}) {
  const salesforce_id = `001${String(id).padStart(12, '0')}AAA`
  return {
    id,
    name: `Organization ${id}`,
    salesforce_id,
    sfdc_short_id: null,
    mark_for_deletion: false,
    ...given,
  }
}

const data = dataDirectory({
  'zendesk_orgs.json': [organization(5)],
  'zendesk_users.json': [
    user(1, '1@Example.com', { suspended: true }),
    user(2, '2@example.com', { name: 'Old name' }),
    user(3, '3@example.com', { organization_id: null }),
    user(4, '4@example.com', { not_in_sfdc: true }),
    // The same address twice, the lower id not first.
    user(52, '5@example.com', { name: 'Other' }),
    user(51, '5@example.com', { name: 'Other' }),
    // Without a contact.
    user(6, '6@example.com'),
    user(7, '7@example.com', { not_in_sfdc: true }),
    // Left alone.
    user(8, '8@example.com', { role: 'agent', name: 'Other' }),
    user(9, '9@example.com', { role: 'admin' }),
    user(10, null),
    user(11, ' '),
  ],
  'salesforce_contacts.json': [
    contact(1),
    contact(2),
    contact(3),
    contact(4),
    contact(5),
    contact(8),
    contact(12),
  ],
})
let exitCode: number | null

beforeAll(async () => {
  const run = await spawnBin('usgov-user-sync', 'compare', ['--data-dir', data.path])
  exitCode = run.exitCode
}, 30_000)

const ids = (artifact: string) => data.records(artifact)?.map(({ id }) => id)

describe('the users to update, create and mark', () => {
  test('a contact with a suspended user gives a warning', () => {
    expect(data.summary('usgov-user-sync.compare').warnings).toContainEqual(
      expect.objectContaining({ code: 'CONTACT_SUSPENDED', keys: ['1'] }),
    )
  })

  test('users and contacts match by email address, case-insensitive; name, organization and mark are compared', () => {
    expect(exitCode).toBe(0)
    expect(ids('updates.json')).toEqual([2, 3, 4, 51])
    expect(data.records('updates.json')).toMatchObject([
      { changes: { name: { from: 'Old name', to: 'User 2' } } },
      { changes: { organization_id: { from: null, to: 5 } } },
      { changes: { not_in_sfdc: { from: true, to: false } } },
      { changes: { name: { from: 'Other', to: 'User 5' } } },
    ])
  })

  test('the email address is the key, and never changes', () => {
    const changed = data.records('updates.json')?.flatMap(({ changes }) => Object.keys(Object(changes)))
    expect(changed).toEqual(['name', 'organization_id', 'not_in_sfdc', 'name'])
  })

  test('agents and admins are never updated, marked or created again', () => {
    expect(data.records('creates.json')).toEqual([
      { name: 'User 12', email: '12@example.com', organization_id: 5, not_in_sfdc: false },
    ])
  })

  test('a user without a contact is in not_in_sync as they were gathered, unless they have no address or are a duplicate', () => {
    expect(data.records('not_in_sync.json')).toEqual([
      user(6, '6@example.com'),
      user(7, '7@example.com', { not_in_sfdc: true }),
    ])
  })

  test('if several users have the same address, the lowest id is the match, and a warning names the other ids', () => {
    expect(data.summary('usgov-user-sync.compare').warnings).toMatchObject([
      { code: 'STARTED_ALONE', keys: ['usgov_accounts.json'] },
      { code: 'CONTACT_SUSPENDED', keys: ['1'] },
      { code: 'DUPLICATE_USERS', keys: ['52'] },
    ])
  })
})

test('two contacts with the same address end with 2, and the error does not show the address', async () => {
  const twice = dataDirectory({
    'zendesk_orgs.json': [organization(5)],
    'zendesk_users.json': [user(1, '1@example.com')],
    'salesforce_contacts.json': [contact(1), contact(1, { email: '1@EXAMPLE.com' })],
  })
  const run = await spawnBin('usgov-user-sync', 'compare', ['--data-dir', twice.path])
  expect({ exitCode: run.exitCode, code: run.failure.code }).toEqual({ exitCode: 2, code: 'CONTACT_TWICE' })
  expect(run.stderr.toLowerCase()).not.toContain('1@example.com')
})

const GATHERED = ['zendesk_orgs.json', 'zendesk_users.json', 'salesforce_contacts.json']

test.each(GATHERED)('%s without records ends with 3', async empty => {
  const none = dataDirectory({
    'zendesk_orgs.json': [organization(5)],
    'zendesk_users.json': [user(1, '1@example.com')],
    'salesforce_contacts.json': [contact(1)],
    [empty]: [],
  })
  const run = await spawnBin('usgov-user-sync', 'compare', ['--data-dir', none.path])
  expect({ exitCode: run.exitCode, code: run.failure.code }).toEqual({ exitCode: 3, code: 'NO_RECORDS' })
  expect(run.failure.next).toContain('writes it: ./support-sync run-stage usgov-user-sync ')
  expect(none.has('not_in_sync.json')).toBe(false)
})
