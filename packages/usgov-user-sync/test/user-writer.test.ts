import { setImmediate as nextTurn } from 'node:timers/promises'
import { settledResults } from '@support-sync/shared/domain'
import { UpstreamError } from '@support-sync/shared/services/http'
import type { ItemResult, Zendesk } from '@support-sync/shared/services/zendesk'
import { expect, test } from 'vitest'
import {
  ADDRESS,
  BEA,
  CONTACT,
  gathered,
  IN_USE,
  match,
  shownUser,
  writerOver,
} from './user-writer-builder.ts'

test('a new user is created with their organization, and the result’s key is the record’s number, never the email address', async () => {
  const created: unknown[] = []
  const { writer } = writerOver({
    findUsersByEmail: async () => [],
    createUser: async user => {
      created.push(user)
      return { outcome: 'created', id: 70 }
    },
  })
  const results = await writer.create(CONTACT, 3)
  expect(created).toEqual([
    { name: 'Ann', email: 'ann@example.com', organization_id: 5, user_fields: { not_in_sfdc: false } },
  ])
  expect(results).toMatchObject([
    { action: 'create', key: 'creates.json record 3', id: 70, status: 'written' },
  ])
})

test.each<[string, Partial<Zendesk>]>([
  ['found beforehand', { findUsersByEmail: async () => [match()] }],
  [
    'found after Zendesk refused the create',
    {
      findUsersByEmail: (() => {
        const answers = [[], [match()]]
        return async () => answers.shift() ?? []
      })(),
      createUser: async () => ({
        outcome: 'refused',
        status: 422,
        code: 'DuplicateValue',
        message: 'Email: is already being used by another user',
      }),
    },
  ],
])('the user with this secondary address is updated instead and not marked: %s', async (_, script) => {
  const { writer, sent } = writerOver(script)
  expect(await writer.create(CONTACT, 1)).toMatchObject([
    { action: 'create', key: 'creates.json record 1', id: 7, status: 'skipped' },
    { action: 'update', key: '7', id: 7, status: 'written' },
  ])
  const { results: marks } = await writer.mark([gathered(7), gathered(8)])
  expect(sent).toEqual([
    [{ id: 7, name: 'Ann', organization_id: 5, user_fields: { not_in_sfdc: false } }],
    [{ id: 8, user_fields: { not_in_sfdc: true } }],
  ])
  expect(marks).toMatchObject([
    { id: 7, status: 'skipped' },
    { id: 8, status: 'written' },
  ])
})

test('a user found by a secondary address who needs no change is neither written nor marked', async () => {
  const { writer, sent } = writerOver({ findUsersByEmail: async () => [match({ name: 'Ann' })] })
  expect(await writer.create(CONTACT, 1)).toMatchObject([
    { action: 'create', status: 'skipped' },
    { action: 'update', key: '7', id: 7, status: 'recognised' },
  ])
  expect(await writer.mark([gathered(7)])).toMatchObject({ results: [{ id: 7, status: 'skipped' }] })
  expect(sent).toEqual([])
})

test.each([
  ['same values', {}, 'recognised', null],
  ['other values', { name: 'Somebody' }, 'written', 200],
])(
  'if a user already has the address of a create as the primary one, the result has the key of the create: %s',
  async (_, current, status, http_status) => {
    const primary = match({ id: 70, name: 'Ann', email: CONTACT.email, ...current }, true)
    const { writer } = writerOver({ findUsersByEmail: async () => [primary] })
    const results = await writer.create(CONTACT, 3)
    expect(results).toEqual([
      {
        action: 'create',
        key: 'creates.json record 3',
        id: 70,
        status,
        http_status,
        code: null,
        error: null,
        attributes: [],
      },
    ])
  },
)

test.each([
  ['is found as a primary one', match({ id: 70, name: 'Ann', email: CONTACT.email }, true)],
  ['is found as a primary one, with differences', match({ id: 70, email: CONTACT.email }, true)],
  ['is found as a secondary one', match()],
  ['is found as the secondary one of another contact', match({ id: 9 })],
  ['is found as an agent’s', match({ role: 'agent' })],
])(
  'a failed create of an interrupted run does not stay failed in the next run if the address %s',
  async (_, found) => {
    const { writer: first } = writerOver({
      findUsersByEmail: async () => [],
      createUser: async () => ({
        outcome: 'refused',
        status: null,
        code: 'RESULT_UNKNOWN',
        message: 'stopped',
      }),
    })
    const { writer: second } = writerOver({ findUsersByEmail: async () => [found] })
    const results = [...(await first.create(CONTACT, 3)), ...(await second.create(CONTACT, 3))]
    expect(results[0]).toMatchObject({ key: 'creates.json record 3', status: 'failed' })
    const settled = settledResults(results)
    expect(settled.filter(({ status }) => status === 'failed')).toEqual([])
    expect(settled.filter(({ action }) => action === 'create')).toHaveLength(1)
  },
)

test('a create that an interrupted run wrote counts once, although the next run finds its user', async () => {
  const { writer: first } = writerOver({
    findUsersByEmail: async () => [],
    createUser: async () => ({ outcome: 'created', id: 70 }),
  })
  const found = match({ id: 70, name: 'Ann', email: CONTACT.email }, true)
  const { writer: second } = writerOver({ findUsersByEmail: async () => [found] })
  const results = [...(await first.create(CONTACT, 3)), ...(await second.create(CONTACT, 3))]
  expect(settledResults(results)).toMatchObject([{ action: 'create', id: 70, status: 'written' }])
})

test('the mark is removed from a user if one of their addresses is a contact’s', async () => {
  const { writer, sent } = writerOver({
    findUsersByEmail: async () => [match({ name: 'Ann', user_fields: { not_in_sfdc: true } })],
  })
  await writer.create(CONTACT, 1)
  expect(sent).toMatchObject([[{ id: 7, user_fields: { not_in_sfdc: false } }]])
})

test.each([
  ['an agent', { role: 'agent' }],
  ['an admin', { role: 'admin' }],
  ['a colleague', { email: 'gil@gitlab.com' }],
  ['the controlled end user', { email: 'Controlled@Example.com' }],
])('%s with this secondary address is left alone and not marked', async (_, given) => {
  const { writer, sent } = writerOver({ findUsersByEmail: async () => [match(given)] })
  expect(await writer.create(CONTACT, 1)).toMatchObject([{ id: 7, status: 'skipped' }])
  expect(await writer.mark([gathered(7)])).toMatchObject({ results: [{ id: 7, status: 'skipped' }] })
  expect(sent).toEqual([])
})

test('a user whose primary address is a contact’s is not updated for a secondary one', async () => {
  const { writer, sent } = writerOver({ findUsersByEmail: async () => [match({ id: 9 })] })
  expect(await writer.create(CONTACT, 1)).toMatchObject([{ id: 9, status: 'skipped' }])
  expect(sent).toEqual([])
})

test.each<[string, Partial<Zendesk>]>([
  [
    'even if the look-up of the first is slower',
    {
      findUsersByEmail: async email => {
        if (email === CONTACT.email) await nextTurn()
        return [match()]
      },
    },
  ],
  [
    'even if the user is found only after the create was refused',
    {
      findUsersByEmail: (() => {
        const ofAnn = [[], [match()]]
        return async (email: string) => (email === CONTACT.email ? (ofAnn.shift() ?? []) : [match()])
      })(),
      createUser: async () => {
        await nextTurn()
        return IN_USE
      },
    },
  ],
])(
  'if two contacts have two secondary addresses of one user, the first contact counts, %s',
  async (_, script) => {
    const { writer, sent } = writerOver(script)
    const [ann, bea] = await Promise.all([writer.create(CONTACT, 1), writer.create(BEA, 2)])
    expect(sent).toMatchObject([[{ id: 7, name: 'Ann' }]])
    expect(ann).toMatchObject([{ status: 'skipped' }, { action: 'update', id: 7, status: 'written' }])
    expect(bea).toMatchObject([
      { action: 'create', key: 'creates.json record 2', id: 7, status: 'skipped', error: expect.any(String) },
    ])
  },
)

test('a value that Zendesk stores differently is a failure, with its attribute', async () => {
  const { writer } = writerOver({
    showUsers: async ids => ids.map(id => ({ user: shownUser(id), addresses: [ADDRESS] })),
  })
  const target = { email: ADDRESS, name: 'New', organization_id: 5, not_in_sfdc: false as const }
  const changes = { name: { from: 'Old', to: 'New' }, organization_id: { from: 4, to: 5 } }
  expect(await writer.update([{ id: 7, ...target, changes }])).toMatchObject({
    results: [
      { id: 7, status: 'written' },
      { id: 7, status: 'failed', code: 'NOT_STORED', attributes: ['name'] },
    ],
  })
})

test('a refused create holds back no mark if its address is not the reason', async () => {
  const { writer, sent, warned } = writerOver({
    findUsersByEmail: async () => [],
    createUser: async () => ({ ...IN_USE, code: 'InvalidValue' }),
  })
  await writer.create(CONTACT, 1)
  expect(await writer.mark([gathered(7)])).toMatchObject({ results: [{ id: 7, status: 'written' }] })
  expect(sent).toHaveLength(1)
  expect(warned).toEqual([])
})

test('two contacts with secondary addresses of two users update both', async () => {
  const { writer, sent } = writerOver({
    findUsersByEmail: async email => [match({ id: email === BEA.email ? 8 : 7 })],
  })
  await Promise.all([writer.create(CONTACT, 1), writer.create(BEA, 2)])
  expect(sent.flat().map(({ id }) => id)).toEqual([7, 8])
})

test('a create that throws does not block later ones', async () => {
  const { writer } = writerOver({
    findUsersByEmail: async email => {
      if (email === CONTACT.email) throw new Error('Zendesk is away')
      return [match()]
    },
  })
  const [ann, bea] = await Promise.allSettled([writer.create(CONTACT, 1), writer.create(BEA, 2)])
  expect(ann.status).toBe('rejected')
  expect(bea).toMatchObject({ value: [{ status: 'skipped' }, { action: 'update', status: 'written' }] })
})

test('a create that is refused for another reason fails, without its address', async () => {
  const { writer } = writerOver({
    findUsersByEmail: async () => [],
    createUser: async () => ({
      outcome: 'refused',
      status: 422,
      code: 'InvalidValue',
      message: '(address) is not valid',
    }),
  })
  const results = await writer.create(CONTACT, 2)
  expect(results).toMatchObject([
    { key: 'creates.json record 2', id: null, status: 'failed', http_status: 422 },
  ])
  expect(JSON.stringify(results)).not.toContain('ann@example.com')
})

test('an update sends what changed and never an address, and each item has its own result', async () => {
  const killed = {
    outcome: 'failed',
    status: null,
    code: 'JOB_KILLED',
    message: 'the job was killed',
  } as const
  const sent: unknown[] = []
  const { writer } = writerOver({
    updateUsers: async items => {
      sent.push(...items)
      return items.map(({ id }) => (id === 1 ? { id, outcome: 'written' } : { id, ...killed }))
    },
  })
  const target = { email: 'x@example.com', name: 'New', organization_id: 5, not_in_sfdc: false as const }
  const { results } = await writer.update([
    { id: 1, ...target, changes: { name: { from: 'Old', to: 'New' } } },
    {
      id: 2,
      ...target,
      changes: { organization_id: { from: null, to: 5 }, not_in_sfdc: { from: true, to: false } },
    },
  ])
  const second = { id: 2, organization_id: 5, user_fields: { not_in_sfdc: false } }
  // The job gave no result for the second one. It is sent again, alone, and then only the removal of the mark.
  const unmark = { id: 2, user_fields: { not_in_sfdc: false } }
  expect(sent).toEqual([{ id: 1, name: 'New' }, second, second, unmark])
  expect(results).toMatchObject([
    { action: 'update', key: '1', status: 'written' },
    { action: 'update', key: '2', status: 'failed', code: 'JOB_KILLED', error: 'the job was killed' },
  ])
})

const JOB_FAILED = { outcome: 'failed', status: null, code: 'JOB_FAILED', message: 'the job failed' } as const

test.each<[string, (id: number) => ItemResult]>([
  [
    'makes the submission fail',
    () => {
      throw new UpstreamError({
        ...{ code: 'UPSTREAM_UNAVAILABLE', message: 'Zendesk answered 500', next: 'Wait.' },
        ...{ status: 500, mayHaveActed: true },
      })
    },
  ],
  ['makes the job fail', id => ({ id, ...JOB_FAILED })],
])('if the name of a marked user %s, the mark is still removed', async (_, fails) => {
  const { writer, sent } = writerOver({
    updateUsers: async items => {
      sent.push([...items])
      return items.map(({ id, name }) => (name === undefined ? { id, outcome: 'written' } : fails(id)))
    },
  })
  const target = { email: ADDRESS, name: 'New', organization_id: 5, not_in_sfdc: false as const }
  const changes = { name: { from: 'Old', to: 'New' }, not_in_sfdc: { from: true, to: false } }
  expect(await writer.update([{ id: 7, ...target, changes }])).toMatchObject({
    results: [
      { id: 7, status: 'written' },
      { id: 7, status: 'failed', attributes: ['name'] },
    ],
  })
  expect(sent.at(-1)).toEqual([{ id: 7, user_fields: { not_in_sfdc: false } }])
})
