import { expect, test } from 'vitest'
import { expectedErrorOf } from '../../http/test/expected-error-of.ts'
import { type ScriptedAnswer, startScriptedServer, testContext } from '../../http/test/scripted-server.ts'
import { bodyOf, calls, connect, zendeskServer } from './connection.ts'

const ITEMS = [
  { id: 11, name: 'Eleven' },
  { id: 12, organization_fields: { mark_for_deletion: true } },
]
const SUBMITTED = job('queued', null)

function job(status: string, results: unknown, message: string | null = null) {
  return { json: { job_status: { id: 'j1', status, results, message, total: 2, progress: null } } }
}

function updated(id: number) {
  return { id, action: 'update', success: true, status: 'Updated' }
}

/** One submission, then the job's status again and again. */
function updating(polls: readonly ScriptedAnswer[], submission: ScriptedAnswer = SUBMITTED) {
  return zendeskServer({ 'PUT organizations/update_many': [submission], 'GET job_statuses/j1': polls })
}

const failed = (id: number, code: string) => expect.objectContaining({ id, outcome: 'failed', code })

test('items are sent in a batch, and the job is followed to its end', async () => {
  await using server = await updating([job('working', null), job('completed', [updated(12), updated(11)])])
  expect(await connect(server).updateOrganizations(ITEMS)).toEqual([
    { id: 11, outcome: 'written' },
    { id: 12, outcome: 'written' },
  ])
  expect(calls(server)).toEqual([
    'PUT organizations/update_many',
    'GET job_statuses/j1',
    'GET job_statuses/j1',
  ])
  expect(bodyOf(server.requests[0])).toEqual({ organizations: ITEMS })
})

test('users are sent the same way, and never with an address', async () => {
  await using server = await zendeskServer([job('completed', [updated(5)])])
  const update = { id: 5, name: 'Jane', organization_id: 7, user_fields: { a: 1 }, email: 'jane@example.com' }
  expect(await connect(server).updateUsers([update])).toEqual([{ id: 5, outcome: 'written' }])
  expect(calls(server)).toEqual(['PUT users/update_many'])
  const { email: _, ...sent } = update
  expect(bodyOf(server.requests[0])).toEqual({ users: [sent] })
})

test('a completed job is not a success: each item has its own result', async () => {
  const results = [
    { index: 0, id: 11, error: 'RecordInvalid', details: 'Name: Eleven has already been taken' },
    updated(12),
  ]
  await using server = await updating([job('completed', results)])
  expect(await connect(server).updateOrganizations(ITEMS)).toEqual([
    {
      id: 11,
      outcome: 'failed',
      status: null,
      code: 'DuplicateValue',
      message: 'Name: Eleven has already been taken',
      about: ['Name'],
    },
    { id: 12, outcome: 'written' },
  ])
})

test('a failure with only an index belongs to the item at that index', async () => {
  const results = [updated(11), { index: 1, error: 'OrganizationNotFound', details: 'gone' }]
  await using server = await updating([job('completed', results)])
  expect(await connect(server).updateOrganizations(ITEMS)).toEqual([
    { id: 11, outcome: 'written' },
    failed(12, 'OrganizationNotFound'),
  ])
})

test.each<[string, unknown]>([
  ['null', null],
  ['no array', 'see the log'],
  ['empty', []],
  ['without success', [{ id: 11, action: 'update', status: 'Updated' }, { id: 12 }]],
  ['of others', [updated(98), updated(99), null, 'x']],
])('if the results of a completed job are %s, every item is unknown and has failed', async (_, results) => {
  await using server = await updating([job('completed', results)])
  expect(await connect(server).updateOrganizations(ITEMS)).toEqual([
    failed(11, 'RESULT_UNKNOWN'),
    failed(12, 'RESULT_UNKNOWN'),
  ])
})

test('an item with success: false has failed', async () => {
  await using server = await updating([job('completed', [{ ...updated(11), success: false }, updated(12)])])
  expect(await connect(server).updateOrganizations(ITEMS)).toEqual([
    failed(11, 'REFUSED'),
    { id: 12, outcome: 'written' },
  ])
})

test.each([
  ['failed', 'JOB_FAILED'],
  ['killed', 'JOB_KILLED'],
])('the items without a result in a job that %s have failed', async (state, code) => {
  await using server = await updating([job('working', [updated(11)]), job(state, null, 'out of memory')])
  expect(await connect(server).updateOrganizations(ITEMS)).toEqual([
    { id: 11, outcome: 'written' },
    { id: 12, outcome: 'failed', status: null, code, message: 'out of memory' },
  ])
})

test('the sync gives up on a job at its deadline', async () => {
  const working = startScriptedServer(() => job('working', [updated(11)]))
  await using server = await working
  const context = testContext({ jobDeadlineMs: 60_000 })
  let time = 0
  const sleep = async (milliseconds: number) => {
    time += milliseconds
  }
  const results = await connect(server, { ...context, now: () => time, sleep }).updateOrganizations(ITEMS)
  expect(results).toEqual([{ id: 11, outcome: 'written' }, failed(12, 'JOB_NOT_ENDED')])
  // A pause of 0.25 seconds, then 50 % longer each time, up to 10 seconds.
  expect(server.requests).toHaveLength(15)
})

test.each<[string, ScriptedAnswer]>([
  ['is gone', { status: 404, json: { error: 'RecordNotFound' } }],
  ['keeps failing', { status: 500 }],
  ['is refused', { status: 403 }],
  ['is no job status', { json: { job_statuses: [] } }],
])('if the job status %s, its items are unknown, except for the results read so far', async (_, answer) => {
  await using server = await updating([job('working', [updated(11)]), answer, answer, answer])
  expect(await connect(server).updateOrganizations(ITEMS)).toEqual([
    { id: 11, outcome: 'written' },
    failed(12, 'RESULT_UNKNOWN'),
  ])
})

test('a poll that fails once is repeated', async () => {
  await using server = await updating([{ status: 429 }, job('completed', [updated(11), updated(12)])])
  expect(await connect(server).updateOrganizations(ITEMS)).toEqual([
    { id: 11, outcome: 'written' },
    { id: 12, outcome: 'written' },
  ])
})

test('429 on a submission means to wait, for longer than other failures', async () => {
  await using server = await startScriptedServer((_, index) =>
    index < 7 ? { status: 429 } : job('completed', [updated(11), updated(12)]),
  )
  const context = testContext()
  expect(await connect(server, context).updateOrganizations(ITEMS)).toEqual([
    { id: 11, outcome: 'written' },
    { id: 12, outcome: 'written' },
  ])
  expect(server.requests).toHaveLength(8)
  expect(context.waits).toEqual([5_500, 10_500, 20_500, 5_500, 10_500, 20_500, 5_500])
})

test.each([
  ['an hour', '3600'],
  ['a date in an hour', new Date(Date.now() + 3_600_000).toUTCString()],
])('a submission with 429 and Retry-After of %s is not sent again', async (_, retryAfter) => {
  const headers = { 'retry-after': retryAfter }
  // Accepts the second submission, so that a loop without a pause ends.
  await using server = await startScriptedServer((_, index) =>
    index === 0 ? { status: 429, headers } : job('completed', [updated(11), updated(12)]),
  )
  const context = testContext()
  expect(await expectedErrorOf(connect(server, context).updateOrganizations(ITEMS))).toMatchObject({
    kind: 'upstream',
    code: 'UPSTREAM_UNAVAILABLE',
    status: 429,
  })
  expect(server.requests).toHaveLength(1)
  expect(context.waits).toEqual([])
})

test('a run that is stopped while a submission waits does not send it', async () => {
  await using server = await startScriptedServer(() => ({ status: 429 }))
  const stop = new AbortController()
  const zendesk = connect(server, {
    ...testContext({ attempts: 1 }),
    sleep: async () => stop.abort(),
    stop: { cancelled: stop.signal, aborted: new AbortController().signal },
  })
  expect(await zendesk.updateOrganizations(ITEMS)).toEqual([failed(11, 'NOT_SENT'), failed(12, 'NOT_SENT')])
  expect(server.requests).toHaveLength(1)
})

test('a submission that is refused as a whole fails its items', async () => {
  const refusal = { status: 422, json: { error: 'TooManyItems', description: 'too many' } }
  await using server = await updating([], refusal)
  const expected = { outcome: 'failed', status: 422, code: 'TooManyItems', message: 'too many', about: [] }
  expect(await connect(server).updateOrganizations(ITEMS)).toEqual([
    { id: 11, ...expected },
    { id: 12, ...expected },
  ])
})

test('a submission that Zendesk never accepts is an error of the service, not of the items', async () => {
  await using server = await startScriptedServer(() => ({ status: 502 }))
  expect(await expectedErrorOf(connect(server).updateOrganizations(ITEMS))).toMatchObject({
    kind: 'upstream',
    status: 502,
  })
})

test('a stopped run sends no further batch, and gives up on a job that does not end soon', async () => {
  await using server = await updating([])
  const stop = new AbortController()
  const sleep = async () => stop.abort()
  const zendesk = connect(server, {
    ...testContext(),
    sleep,
    stop: { cancelled: stop.signal, aborted: stop.signal },
  })
  expect(await zendesk.updateOrganizations(ITEMS)).toEqual([
    failed(11, 'RESULT_UNKNOWN'),
    failed(12, 'RESULT_UNKNOWN'),
  ])
  expect(await zendesk.updateOrganizations(ITEMS)).toEqual([failed(11, 'NOT_SENT'), failed(12, 'NOT_SENT')])
  expect(server.requests).toHaveLength(1)
})

test('a batch takes up to 100 items; an empty batch sends no request', async () => {
  await using server = await zendeskServer([])
  const items = Array.from({ length: 101 }, (_, id) => ({ id }))
  await expect(connect(server).updateOrganizations(items)).rejects.toThrow(RangeError)
  expect(await connect(server).updateOrganizations([])).toEqual([])
  expect(server.requests).toEqual([])
})

/** A server whose jobs end at the first status request. It does not have the jobs in `missing`. */
async function jobServer() {
  const missing = new Set<string>()
  const completed = (id: string) => ({ id, status: 'completed', results: [updated(Number(id))] })
  const server = await startScriptedServer(({ method, path, query, body }) => {
    if (method === 'PUT') {
      const id = String(JSON.parse(body).organizations[0].id)
      return { json: { job_status: { id, status: 'queued', results: null } } }
    }
    const ids = query.get('ids')?.split(',')
    if (ids) return { json: { job_statuses: ids.filter(id => !missing.has(id)).map(completed) } }
    const id = /job_statuses\/(\d+)/.exec(path)?.[1] ?? ''
    return missing.has(id) ? { status: 404 } : { json: { job_status: completed(id) } }
  })
  return { server, missing }
}

test('one request asks for all running jobs, and a missing job does not affect the others', async () => {
  const { server, missing } = await jobServer()
  await using _ = server
  missing.add('3')
  const zendesk = connect(server)
  const batches = Array.from({ length: 25 }, (_, id) => zendesk.updateOrganizations([{ id }]))
  const results = (await Promise.all(batches)).flat()
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([failed(3, 'RESULT_UNKNOWN')])
  expect(server.requests.filter(({ method }) => method === 'GET').length).toBeLessThan(15)
})
