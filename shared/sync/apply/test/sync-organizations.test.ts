import { expect, test } from 'vitest'
import { type DataDirectory, dataDirectory } from '../../../runtime/bin/test/data-directory.ts'
import { gatheredOrganization, objectOf } from '../../../runtime/bin/test/records.ts'
import { EXIT, upstreamFailed } from '../../../runtime/errors/index.ts'
import type { Zendesk } from '../../../services/zendesk/index.ts'
import { type RecordResults, result } from '../index.ts'
import { scriptedZendesk, updateMany } from './scripted-zendesk.ts'
import { runSync, syncTo } from './sync-run.ts'

function idOf(n: number): string {
  return `001${String(n).padStart(12, '0')}AAA`
}
function create(n: number, given: Record<string, unknown> = {}) {
  return objectOf('usgov', { salesforce_id: idOf(n), name: `Company ${n}`, ...given })
}
function update(n: number, changes: Record<string, { from: unknown; to: unknown }>) {
  return { id: n, ...create(n), changes }
}
function gathered(n: number, given: Record<string, unknown> = {}) {
  return gatheredOrganization('usgov', n, { salesforce_id: idOf(n), name: `Company ${n}`, ...given })
}
function held(id: number, salesforce_id: string | null) {
  return { id, name: 'Company 1', organization_fields: { salesforce_id } }
}

/** The gathered organizations, as Zendesk shows them. */
const shown = (n: number) => ({ name: `Company ${n}`, organization_fields: { salesforce_id: idOf(n) } })

/** The three arrays, among a thousand organizations so that no guard stops them. */
function arrays(given: { creates?: unknown[]; updates?: unknown[]; marks?: unknown[] }): DataDirectory {
  return dataDirectory({
    'zendesk_usgov.json': Array.from({ length: 3000 }, (_, index) => gathered(index + 1)),
    'usgov_creates.json': given.creates ?? [],
    'usgov_updates.json': given.updates ?? [],
    'usgov_not_in_sync.json': given.marks ?? [],
  })
}
const run = (data: DataDirectory, script: Partial<Zendesk>, more = {}) =>
  runSync(data, syncTo(scriptedZendesk(script, { organization: shown }), more))

const TAKEN = {
  outcome: 'refused',
  status: 422,
  code: 'DuplicateValue',
  message: 'Name: has already been taken',
} as const
const HOLD = { support_hold: { from: false, to: true } }

test('updates and marks are batches of 100 with changed attributes only, and skip marked organizations', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
  const { batches, updateOrganizations } = updateMany()
  const data = arrays({
    updates: many(201).map(n => update(n, HOLD)),
    marks: many(150).map(n => gathered(1000 + n, { mark_for_deletion: n % 3 === 0 })),
  })
  const { exitCode, results } = await run(data, { updateOrganizations })
  expect(exitCode).toBe(EXIT.done)
  expect(batches.map(batch => batch.length)).toEqual([100, 100, 1, 100])
  expect(batches[0]?.[0]).toEqual({ id: 1, organization_fields: { support_hold: true } })
  expect(batches[3]?.[0]).toEqual({ id: 1001, organization_fields: { mark_for_deletion: true } })
  expect(batches[3]?.map(({ id }) => id)).not.toContain(1003)
  expect(results).toHaveLength(301)
  expect(results?.every(({ status }) => status === 'written')).toBe(true)
})

test('creates come first, one per request, then updates, then marks', async () => {
  const order: string[] = []
  const { updateOrganizations } = updateMany()
  await run(arrays({ creates: [create(1), create(2)], updates: [update(3, HOLD)], marks: [gathered(4)] }), {
    createOrganization: async ({ name }) => {
      order.push(name)
      return { outcome: 'created', id: 1 }
    },
    updateOrganizations: async items => {
      order.push(JSON.stringify(items[0]?.organization_fields))
      return updateOrganizations(items)
    },
  })
  expect(order).toEqual(['Company 1', 'Company 2', '{"support_hold":true}', '{"mark_for_deletion":true}'])
})

test('a create sends the name separately and every other attribute as a field', async () => {
  const data = arrays({ creates: [create(1, { number_of_seats: 3 })] })
  const sent: Parameters<Zendesk['createOrganization']>[0][] = []
  const { results } = await run(data, {
    createOrganization: async organization => {
      sent.push(organization)
      return { outcome: 'created', id: 77 }
    },
  })
  expect(sent).toMatchObject([
    { name: 'Company 1', organization_fields: { salesforce_id: idOf(1), number_of_seats: 3 } },
  ])
  expect(sent[0]?.organization_fields).not.toHaveProperty('name')
  expect(results).toEqual([
    result({ action: 'create', key: idOf(1), id: 77 }, 'written', { http_status: 201 }),
  ])
})

test('an update refused because of its name is sent again without it, and only the name fails', async () => {
  const changes = { name: { from: 'Old', to: 'Taken' }, ...HOLD }
  const { batches, updateOrganizations } = updateMany(({ name }) => name === 'Taken')
  const data = arrays({
    updates: [update(1, HOLD), update(2, changes), update(3, { name: { from: 'Old', to: 'Taken' } })],
  })
  const { exitCode, results } = await run(data, { updateOrganizations })
  expect(exitCode).toBe(EXIT.someRecordsFailed)
  expect(batches[1]).toEqual([{ id: 2, organization_fields: { support_hold: true } }])
  // Again after all updates, because another one may have freed the name.
  expect(batches[2]?.map(({ name }) => name)).toEqual(['Taken', 'Taken'])
  expect(batches).toHaveLength(3)
  const failed = { status: 'failed', code: 'DuplicateValue', attributes: ['name'] }
  expect(results).toMatchObject([
    { id: 1, status: 'written' },
    { id: 2, status: 'written' },
    { id: 2, ...failed },
    { id: 3, ...failed },
  ])
})

test('many names that each free the next one are written in full batches, in the order that frees them', async () => {
  const count = 250
  const nameOf = new Map(Array.from({ length: count }, (_, index) => [index + 1, `Company ${index + 1}`]))
  // The last organization takes an unused name. Each other one takes the name of the next.
  const next = (n: number) => (n === count ? 'Unused' : `Company ${n + 1}`)
  const { batches, updateOrganizations } = updateMany(({ id, name }) => {
    if (name === undefined || [...nameOf.values()].includes(name)) return name !== undefined
    nameOf.set(id, name)
    return false
  })
  const updates = [...nameOf].map(([n, from]) => update(n, { name: { from, to: next(n) }, ...HOLD }))
  const { exitCode, results } = await run(arrays({ updates }), { updateOrganizations })
  expect([...nameOf.values()]).toEqual([...nameOf.keys()].map(next))
  expect(results?.filter(({ status }) => status === 'failed')).toEqual([])
  expect(exitCode).toBe(EXIT.done)
  // Per batch of the plan one request with the name and one without it, then the names.
  expect(batches.map(batch => batch.length)).toEqual([100, 100, 50, 100, 100, 49, 100, 100, 49])
})

test('an update of one attribute that is refused is not sent again', async () => {
  const batches: unknown[] = []
  const { results, warnings } = await run(arrays({ updates: [update(1, HOLD)] }), {
    updateOrganizations: async items => {
      batches.push(items)
      return [{ id: 1, outcome: 'failed', status: null, code: 'InvalidValue', message: 'is not in the list' }]
    },
  })
  expect(batches).toHaveLength(1)
  expect(results).toEqual([
    {
      ...result({ action: 'update', key: idOf(1), id: 1 }, 'failed', {
        error: 'is not in the list',
        attributes: ['support_hold'],
      }),
      code: 'InvalidValue',
    },
  ])
  expect(warnings).toEqual(['RECORDS_FAILED'])
})

test.each([
  ['its id has 18 characters', idOf(1)],
  ['its id has 15 characters', idOf(1).slice(0, 15)],
])(
  'a name taken by our own organization is recognised, and the sync continues: %s',
  async (_, salesforce_id) => {
    const followed: number[] = []
    const { exitCode, results } = await run(
      arrays({ creates: [create(1)] }),
      {
        createOrganization: async () => TAKEN,
        findOrganizationsByName: async () => [held(8, null), held(9, salesforce_id)],
      },
      {
        afterCreate: async (_zendesk: Zendesk, _object: unknown, id: number, record: RecordResults) => {
          followed.push(id)
          await record([
            result({ action: 'associate', key: idOf(1), id: 5 }, 'written', { http_status: 201 }),
          ])
        },
      },
    )
    expect(exitCode).toBe(EXIT.done)
    expect(results).toMatchObject([
      { action: 'create', id: 9, status: 'recognised' },
      { action: 'associate', id: 5, status: 'written' },
    ])
    expect(followed).toEqual([9])
  },
)

test('a create whose answer was lost is recognised by what Zendesk shows afterwards', async () => {
  const { results } = await run(arrays({ creates: [create(1)] }), {
    createOrganization: async () => ({ outcome: 'exists', existing: held(9, idOf(1)) }),
  })
  expect(results).toEqual([result({ action: 'create', key: idOf(1), id: 9 }, 'recognised')])
})

test('a name taken by another account’s organization fails with both ids, and that organization is not marked', async () => {
  const { batches, updateOrganizations } = updateMany()
  const { exitCode, results, warned } = await run(
    arrays({ creates: [create(1)], marks: [gathered(9), gathered(10)] }),
    {
      createOrganization: async () => TAKEN,
      findOrganizationsByName: async () => [held(9, idOf(9))],
      updateOrganizations,
    },
  )
  expect(exitCode).toBe(EXIT.someRecordsFailed)
  expect(batches).toEqual([[{ id: 10, organization_fields: { mark_for_deletion: true } }]])
  expect(warned).toContainEqual({
    code: 'NAME_HELD',
    message: expect.stringContaining('A create did not succeed'),
    keys: [`${idOf(1)}: organization 9`],
  })
  expect(results).toMatchObject([
    {
      action: 'create',
      key: idOf(1),
      id: 9,
      status: 'failed',
      http_status: 422,
      error: expect.stringContaining(idOf(9)),
    },
    { action: 'mark', id: 9, status: 'skipped', error: expect.stringContaining(idOf(1)) },
    { action: 'mark', id: 10, status: 'written' },
  ])
})

test('a create refused for another reason fails alone, and the others continue', async () => {
  const { exitCode, results } = await run(arrays({ creates: [create(1), create(2)] }), {
    createOrganization: async ({ name }) =>
      name === 'Company 1'
        ? { outcome: 'refused', status: 422, code: 'InvalidValue', message: 'org_region is wrong' }
        : { outcome: 'created', id: 2 },
  })
  expect(exitCode).toBe(EXIT.someRecordsFailed)
  expect(results).toMatchObject([
    { key: idOf(2), status: 'written' },
    { key: idOf(1), status: 'failed', http_status: 422, code: 'InvalidValue', error: 'org_region is wrong' },
  ])
})

test('a mark that failed is a failed record', async () => {
  const { exitCode, results } = await run(arrays({ marks: [gathered(4)] }), {
    updateOrganizations: async () => [
      { id: 4, outcome: 'failed', status: null, code: 'JOB_KILLED', message: 'the job was killed' },
    ],
  })
  expect(exitCode).toBe(EXIT.someRecordsFailed)
  expect(results).toMatchObject([{ action: 'mark', key: idOf(4), status: 'failed' }])
})

const UNMARK = { mark_for_deletion: { from: true, to: false } }
const failedWith = (id: number, code: string) =>
  ({ id, outcome: 'failed', status: null, code, message: 'no answer' }) as const

test.each(['JOB_NOT_ENDED', 'RESULT_UNKNOWN', 'JOB_FAILED', 'JOB_KILLED'])(
  'an update that ends with %s is followed by the removal of the mark alone',
  async code => {
    const batches: unknown[] = []
    const { exitCode, results } = await run(arrays({ updates: [update(1, { ...HOLD, ...UNMARK })] }), {
      updateOrganizations: async items => {
        batches.push(items)
        return batches.length === 1 ? [failedWith(1, code)] : [{ id: 1, outcome: 'written' }]
      },
    })
    expect(exitCode).toBe(EXIT.someRecordsFailed)
    expect(batches.slice(1)).toEqual([[{ id: 1, organization_fields: { mark_for_deletion: false } }]])
    expect(results).toMatchObject([
      { id: 1, status: 'written' },
      { id: 1, status: 'failed', code, attributes: ['support_hold'] },
    ])
  },
)

test.each([
  ['the record is gone', 'RECORD_GONE', { ...HOLD, ...UNMARK }],
  ['the mark is the only attribute', 'JOB_FAILED', UNMARK],
  ['the record is not marked', 'JOB_FAILED', { ...HOLD, account_owner: { from: null, to: 'Ann' } }],
])('a failed update is not followed by another one if %s', async (_, code, changes) => {
  const batches: unknown[] = []
  const { results } = await run(arrays({ updates: [update(1, changes)] }), {
    updateOrganizations: async items => {
      batches.push(items)
      return [failedWith(1, code)]
    },
  })
  expect(batches).toHaveLength(1)
  expect(results).toMatchObject([{ id: 1, status: 'failed', code }])
})

test('an update that a cancellation leaves without an answer keeps its result, and no other write begins', async () => {
  const cancelling = new AbortController()
  const batches: unknown[] = []
  const { problem, results } = await runSync(
    arrays({ updates: [update(1, { ...HOLD, ...UNMARK })] }),
    syncTo(
      scriptedZendesk({
        updateOrganizations: async items => {
          batches.push(items)
          cancelling.abort()
          return [failedWith(1, 'RESULT_UNKNOWN')]
        },
      }),
    ),
    { signal: cancelling.signal },
  )
  expect(problem).toMatchObject({ code: 'CANCELLED' })
  expect(batches).toHaveLength(1)
  expect(results).toMatchObject([{ id: 1, status: 'failed', code: 'RESULT_UNKNOWN' }])
})

test('if Zendesk becomes unavailable, the writes so far are reported, and the next run’s results include both', async () => {
  const data = arrays({ creates: [create(1), create(2)] })
  const gone = upstreamFailed('UNAVAILABLE', {
    message: 'Zendesk is away',
    next: 'Wait.',
  })
  const interrupted = await run(data, {
    createOrganization: async ({ name }) => {
      if (name === 'Company 2') throw gone
      return { outcome: 'created', id: 1 }
    },
  })
  expect(interrupted.problem).toBe(gone)
  expect(interrupted.results).toMatchObject([{ key: idOf(1), status: 'written' }])
  const next = await run(data, {
    createOrganization: async ({ name }) =>
      name === 'Company 1'
        ? { outcome: 'exists', existing: held(1, idOf(1)) }
        : { outcome: 'created', id: 2 },
  })
  expect(next.results).toMatchObject([
    { key: idOf(1), status: 'written' },
    { key: idOf(1), status: 'recognised' },
    { key: idOf(2), status: 'written' },
  ])
  expect(data.has('sync_results.journal.jsonl')).toBe(false)
})
