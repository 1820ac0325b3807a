import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectedErrorOf } from '../../../services/http/test/expected-error-of.ts'
import { testContext } from '../../../services/http/test/scripted-server.ts'
import { gitlabProject, gitlabStore, pullInputs } from '../index.ts'
import { COMMIT, type Job, stageOf, startJobServer, zipOf } from './gitlab-jobs.ts'

/** Several jobs share the gather of accounts. The pull joins their files, or fails. */

const ACCOUNTS = 'salesforce_accounts.json'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parts-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

type Given = {
  /** The lines of its records. */
  records?: readonly string[]
  run?: string
  pipeline?: number
  readAt?: string
  without?: string[]
  /** The part in its stamp. */
  part?: string
  /** The file's content after the manifest was written. */
  changedTo?: string
}

/** The job of a part, such as `1/3`. */
async function partJob(id: number, part: string, given: Given = {}): Promise<Job> {
  const { records = [], run = '100', pipeline = 101 } = given
  const stamp = {
    stage: 'accounts',
    artifact: ACCOUNTS,
    sha256: 'of the part',
    instance: 'https://example.my.salesforce.com',
    read_at: given.readAt ?? '2026-11-23T10:00:00.000Z',
    run_id: run,
    part: given.part ?? part,
    ...(given.without ? { without: given.without } : {}),
  }
  const text = records.length === 0 ? '[]\n' : `[\n${records.join(',\n')}\n]\n`
  const files = { [ACCOUNTS]: text, 'stamps.json': JSON.stringify({ [ACCOUNTS]: stamp }) }
  const afterwards = given.changedTo === undefined ? {} : { [ACCOUNTS]: given.changedTo }
  const zip = await zipOf('accounts', run, files, { afterwards })
  return { id, name: `accounts:gather ${part}`, pipeline, commit: COMMIT, zip }
}

/** What the processor gets from run 100. */
async function pull(jobs: readonly Job[]) {
  await using server = await startJobServer(jobs)
  const { apiUrl, projectId, token } = server
  const store = gitlabStore(gitlabProject({ apiUrl, projectId, jobToken: token }, testContext()))
  const stage = { ...stageOf('processor'), inputs: { [ACCOUNTS]: 'accounts' } as const }
  await pullInputs(stage, dataDir, store, () => ({ id: '100', commit: COMMIT }))
  const stamps = JSON.parse(await readFile(join(dataDir, 'stamps.json'), 'utf8'))
  return { text: await readFile(join(dataDir, ACCOUNTS), 'utf8'), stamp: stamps[ACCOUNTS] }
}

test('the records of all parts become one file, a record per line', async () => {
  const jobs = await Promise.all([
    partJob(1, '1/4', { records: ['{"a":1}', '{"a":2}'] }),
    partJob(2, '2/4'),
    partJob(3, '3/4', { records: ['{"é":"[3]"}'] }),
    partJob(4, '4/4', { records: ['{"a":4}'] }),
  ])
  expect((await pull(jobs)).text).toBe('[\n{"a":1},\n{"a":2},\n{"é":"[3]"},\n{"a":4}\n]\n')
})

test('parts without records are an empty list', async () => {
  expect((await pull([await partJob(1, '1/2'), await partJob(2, '2/2')])).text).toBe('[]\n')
})

test('the joined stamp has the earliest time, and every attribute that any part lacks', async () => {
  const { stamp } = await pull([
    await partJob(1, '1/2', { readAt: '2026-11-23T10:00:05.000Z', without: ['ARR'] }),
    await partJob(2, '2/2', { readAt: '2026-11-23T10:00:01.000Z', without: ['Region'] }),
  ])
  expect(stamp).toMatchObject({
    read_at: '2026-11-23T10:00:01.000Z',
    parts: 2,
    without: ['ARR', 'Region'],
    instance: 'https://example.my.salesforce.com',
  })
  expect(stamp).not.toHaveProperty('part')
  expect(stamp.sha256).not.toBe('of the part')
})

test('if a part was retried, its newest complete job counts', async () => {
  const one = await partJob(1, '1/2', { records: ['1'] })
  const failed = { ...(await partJob(2, '2/2')), status: 'failed' as const, zip: null }
  const retried = await partJob(3, '2/2', { records: ['2'] })
  const again = { ...(await partJob(4, '1/2')), status: 'failed' as const, zip: null }
  expect((await pull([one, failed, retried, again])).text).toBe('[\n1,\n2\n]\n')
})

test('interleaved runs each get their own parts, and parts of a different total do not count', async () => {
  const jobs = await Promise.all([
    partJob(1, '1/2', { records: ['1'] }),
    partJob(2, '1/2', { records: ['"other run"'], run: '200', pipeline: 201 }),
    partJob(3, '1/3', { records: ['"other number"'] }),
    partJob(4, '2/2', { records: ['2'] }),
    partJob(5, '2/2', { records: ['"other run"'], run: '200', pipeline: 201 }),
  ])
  expect((await pull(jobs)).text).toBe('[\n1,\n2\n]\n')
})

test.each<[string, () => Promise<Job[]>, string]>([
  [
    'a part is missing',
    async () => [await partJob(1, '1/3'), await partJob(3, '3/3')],
    'part 2/3: none found',
  ],
  [
    'the artifacts of a part have expired',
    async () => [await partJob(1, '1/2'), { ...(await partJob(2, '2/2')), zip: null }],
    'part 2/2: job 2: it has no artifacts',
  ],
  [
    'a part does not match its manifest',
    async () => [
      await partJob(1, '1/2', { records: ['1'] }),
      await partJob(2, '2/2', { records: ['2'], changedTo: '[\n3\n]\n' }),
    ],
    `part 2/2: job 2: ${ACCOUNTS} does not match its manifest`,
  ],
  [
    'two jobs gathered the same part',
    async () => [await partJob(1, '1/2'), await partJob(2, '2/2', { part: '1/2' })],
    `part 2/2: job 2: ${ACCOUNTS} belongs to part 1/2`,
  ],
])('if %s, the pull fails and says so', async (_, jobs, why) => {
  const problem = await expectedErrorOf(pull(await jobs()))
  expect(problem.code).toBe('HANDOVER_MISSING')
  expect(problem.message).toContain(why)
})
