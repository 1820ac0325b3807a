import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GitlabJobs, GitlabRules } from '../../../../fixtures/sandbox/gitlab/index.ts'
import { expectedErrorOf } from '../../../services/http/test/expected-error-of.ts'
import { testContext } from '../../../services/http/test/scripted-server.ts'
import { gitlabProject, gitlabStore, pullInputs } from '../index.ts'
import { COMMIT, type Job, stageOf, startJobServer, zipOf, zipped } from './gitlab-jobs.ts'

/** Run 100 has the child pipelines 101 and 102. Run 200 has 201 and 202. */

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'pull-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const orgs = (id: number, pipeline: number, zip: Uint8Array | null): Job => ({
  id,
  pipeline,
  zip,
  name: 'orgs:gather_global',
  commit: COMMIT,
})
const processor = (id: number, pipeline: number, zip: Uint8Array | null): Job => ({
  ...orgs(id, pipeline, zip),
  name: 'processor:processor',
})
const organizations = (text: string) => ({ 'zendesk_global.json': text, 'zendesk_usgov.json': '[]\n' })
const accounts = (text: string) => ({ 'global_accounts.json': text, 'doubts.json': '[]\n' })

const projectAt = ({ apiUrl, projectId, token }: GitlabJobs) =>
  gitlabProject({ apiUrl, projectId, jobToken: token }, testContext())

async function pull(
  jobs: readonly Job[],
  run = '100',
  commit: string | null = COMMIT,
  rules: Partial<GitlabRules> = {},
) {
  await using server = await startJobServer(jobs, rules)
  await pullInputs(stageOf('compare-global'), dataDir, gitlabStore(projectAt(server)), () => ({
    id: run,
    commit,
  }))
  return {
    storageTokens: server.storageTokens,
    organizations: await readFile(join(dataDir, 'zendesk_global.json'), 'utf8'),
    accounts: await readFile(join(dataDir, 'global_accounts.json'), 'utf8'),
  }
}

test("two interleaved runs each get their own files, even if the other's are newer", async () => {
  const jobs = [
    orgs(1, 101, await zipOf('orgs', '100', organizations('A'))),
    orgs(2, 201, await zipOf('orgs', '200', organizations('B'))),
    processor(3, 202, await zipOf('processor', '200', accounts('B'))),
    processor(4, 102, await zipOf('processor', '100', accounts('A'))),
  ]
  expect(await pull(jobs)).toMatchObject({ organizations: 'A', accounts: 'A' })
  expect(await pull(jobs, '200')).toMatchObject({ organizations: 'B', accounts: 'B' })
})

test('if a job was retried, the files of its last attempt count', async () => {
  const jobs = [
    orgs(1, 101, await zipOf('orgs', '100', organizations('first'))),
    orgs(5, 101, await zipOf('orgs', '100', organizations('again'))),
    processor(3, 102, await zipOf('processor', '100', accounts('A'))),
  ]
  expect((await pull(jobs)).organizations).toBe('again')
})

test('a stage whose job ended with exit code 4, which GitLab calls failed, hands on its files', async () => {
  const jobs = (await handedOver()).map(job => ({ ...job, status: 'failed' as const }))
  expect(await pull(jobs)).toMatchObject({ organizations: 'A', accounts: 'A' })
})

/** Pulls the processor's inputs from run 100. Returns the names of the absent ones. */
async function pullForProcessor(jobs: readonly Job[]) {
  await using server = await startJobServer(jobs)
  const run = { id: '100', commit: COMMIT }
  return await pullInputs(stageOf('processor'), dataDir, gitlabStore(projectAt(server)), () => run)
}

const gathered = async (): Promise<Job> => ({
  ...orgs(1, 101, await zipOf('accounts', '100', { 'salesforce_accounts.json': '[]\n' })),
  name: 'accounts:gather',
})
const failed = (zip: Uint8Array | null): Job => ({ ...orgs(2, 102, zip), status: 'failed' })

test.each([
  ['failed', [failed(zipped({ 'packages/orgs/data/job.json': '{}' }))]],
  ['was killed and left nothing', [failed(null)]],
  ['was cancelled', []],
])('the processor continues without an instance whose gather %s', async (_, jobs) => {
  expect(await pullForProcessor([await gathered(), ...jobs])).toContain('zendesk_global.json')
  expect(await readdir(dataDir)).toContain('salesforce_accounts.json')
  expect(await readdir(dataDir)).not.toContain('zendesk_global.json')
})

test('the processor does not continue without accounts, or if artifacts have expired or do not match their manifest', async () => {
  const accounts = await gathered()
  const changed = await zipOf('orgs', '100', organizations('true'), {
    afterwards: { 'zendesk_global.json': 'fals' },
  })
  for (const jobs of [
    [accounts, orgs(2, 102, null)],
    [accounts, orgs(2, 102, changed)],
    [{ ...accounts, status: 'failed' as const, zip: null }],
  ])
    expect((await expectedErrorOf(pullForProcessor(jobs))).code).toBe('HANDOVER_MISSING')
})

test('a file that does not match its manifest is replaced by an earlier copy, or fails the pull', async () => {
  const changed = await zipOf('orgs', '100', organizations('true'), {
    afterwards: { 'zendesk_global.json': 'fals' },
  })
  const rest = processor(3, 102, await zipOf('processor', '100', accounts('A')))
  const whole = orgs(1, 101, await zipOf('orgs', '100', organizations('true')))
  expect((await pull([whole, orgs(2, 101, changed), rest])).organizations).toBe('true')
  const problem = await expectedErrorOf(pull([orgs(2, 101, changed), rest]))
  expect(problem).toMatchObject({ code: 'HANDOVER_MISSING', kind: 'bad-input' })
  expect(problem.message).toContain('job 2: zendesk_global.json does not match its manifest')
})

test('expired artifacts fail the pull, and the error says so', async () => {
  const jobs = [orgs(1, 101, null), processor(3, 102, await zipOf('processor', '100', accounts('A')))]
  expect((await expectedErrorOf(pull(jobs))).message).toContain(
    'job 1: it has no artifacts: they have expired',
  )
})

test('a stage that left nothing fails the pull, and no other input is copied either', async () => {
  await writeFile(join(dataDir, 'global_accounts.json'), 'of an earlier run')
  const jobs = [orgs(1, 101, await zipOf('orgs', '100', organizations('A')))]
  const problem = await expectedErrorOf(pull(jobs))
  expect(problem.message).toContain('run 100 has no complete artifacts of processor (none found)')
  expect(problem.next).toContain('Start again from processor')
  expect(await readdir(dataDir)).toEqual([])
})

test('an input that the manifest does not name is missing', async () => {
  const zip = await zipOf('orgs', '100', {}, { afterwards: organizations('unsaid') })
  expect((await expectedErrorOf(pull([orgs(1, 101, zip)]))).message).toContain(
    'zendesk_global.json is missing',
  )
})

test('artifacts that are not a complete zip are refused, and the error says so', async () => {
  const whole = await zipOf('orgs', '100', organizations('A'))
  const zips = [Buffer.from('<html>'), Buffer.alloc(0), whole.subarray(0, whole.length / 2)]
  const { message } = await expectedErrorOf(pull(zips.map((zip, index) => orgs(index + 1, 101, zip))))
  for (const job of [1, 2, 3]) expect(message).toContain(`job ${job}: its artifacts are not a complete zip`)
})

test('a file that is too large is an error, and does not count as missing', async () => {
  const entry = { size: 512 * 1024 * 1024 + 1, sha256: 'x' }
  const manifest = { run_id: '100', commit: COMMIT, stage: 'orgs', files: { 'zendesk_global.json': entry } }
  const zip = zipped({
    'packages/orgs/data/manifest.json': JSON.stringify(manifest),
    'packages/orgs/data/zendesk_global.json': 'x',
  })
  // The unpacked size of the last file in the zip's directory: 4 bytes, 24 after the entry's signature.
  const place = Buffer.from(zip).lastIndexOf('PK\u0001\u0002') + 24
  new DataView(zip.buffer, zip.byteOffset).setUint32(place, entry.size, true)
  const problem = await expectedErrorOf(pull([orgs(1, 101, zip)]))
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'HANDOVER_TOO_LARGE' })
  expect(problem.message).toBe('job 1: zendesk_global.json is larger than 512 MB')
})

test('a manifest of another run, stage or commit is refused', async () => {
  const jobs = [
    orgs(1, 101, await zipOf('orgs', '99', organizations('A'))),
    orgs(2, 101, await zipOf('processor', '100', {})),
    orgs(3, 101, await zipOf('orgs', '100', organizations('A'), { commit: 'other' })),
  ]
  const { message } = await expectedErrorOf(pull(jobs))
  expect(message).toContain('job 1: it belongs to run 99')
  expect(message).toContain('job 2: it has no manifest')
  expect(message).toContain('job 3: it belongs to commit other')
})

test('jobs of another commit are ignored, but a resumed run may have any commit', async () => {
  const zips = {
    orgs: await zipOf('orgs', '100', organizations('A'), { commit: 'old' }),
    processor: await zipOf('processor', '100', accounts('A'), { commit: 'old' }),
  }
  const jobs = [
    { ...orgs(1, 101, zips.orgs), commit: 'old' },
    { ...processor(2, 102, zips.processor), commit: 'old' },
  ]
  expect((await expectedErrorOf(pull(jobs))).message).toContain('none found')
  expect((await pull(jobs, '100', null)).accounts).toBe('A')
})

test('the search continues over pages of 100 jobs, and ends at pipelines older than the run', async () => {
  const others = Array.from({ length: 250 }, (_, index) => ({
    ...orgs(1000 + index, 300 + index, null),
    name: 'accounts:gather',
  }))
  const older = Array.from({ length: 250 }, (_, index) => ({ ...orgs(index + 1, 50, null), name: 'checks' }))
  const jobs = [
    ...older,
    orgs(501, 101, await zipOf('orgs', '100', organizations('A'))),
    processor(502, 102, await zipOf('processor', '100', accounts('A'))),
    ...others,
  ]
  expect(await pull(jobs)).toMatchObject({ organizations: 'A', accounts: 'A' })
  const [, ...without] = [orgs(501, 101, null), ...older, ...others]
  await using server = await startJobServer(without)
  const store = gitlabStore(projectAt(server))
  await expectedErrorOf(
    pullInputs(stageOf('compare-global'), dataDir, store, () => ({ id: '100', commit: COMMIT })),
  )
  expect(server.requests.filter(url => url.startsWith('/api/v4/projects/7/jobs?'))).toHaveLength(4)
})

/** Everything that compare-global needs from run 100. */
async function handedOver(): Promise<Job[]> {
  return [
    orgs(1, 101, await zipOf('orgs', '100', organizations('A'))),
    processor(3, 102, await zipOf('processor', '100', accounts('A'))),
  ]
}

test('the token goes only to GitLab, not to the object storage that it redirects downloads to', async () => {
  const { storageTokens } = await pull(await handedOver(), '100', COMMIT, { redirectsDownloads: true })
  expect(storageTokens).toEqual([undefined, undefined])
})

test.each(['none', 'maintainer', 'developer'] as const)(
  'artifacts with access: %s can be read on the free tier, as runners read them',
  async access => {
    const jobs = (await handedOver()).map(job => ({ ...job, access }))
    expect(await pull(jobs)).toMatchObject({ organizations: 'A', accounts: 'A' })
  },
)

test.each([
  ['a GitLab before 18.0', { listsJobs: false }, 'GITLAB_TOKEN_REFUSED', '18.3'],
  ['a token without the permission', { permissions: ['READ_PACKAGES'] }, 'GITLAB_NOT_ALLOWED', 'READ_JOBS'],
  ['a user who may see no jobs', { role: 'guest' as const }, 'GITLAB_NOT_ALLOWED', 'role Developer'],
])('%s has its own error and a hint', async (_, rules, code, help) => {
  const problem = await expectedErrorOf(pull(await handedOver(), '100', COMMIT, rules))
  expect(problem).toMatchObject({ kind: 'bad-input', code })
  expect(problem.next).toContain(help)
})

test('a project that the user cannot see has its own error', async () => {
  await using server = await startJobServer([])
  const project = projectAt({ ...server, projectId: '8' })
  const problem = await expectedErrorOf(
    pullInputs(stageOf('processor'), dataDir, gitlabStore(project), () => ({ id: '100', commit: COMMIT })),
  )
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'GITLAB_NOT_FOUND' })
})

test('it waits for a rate limit as long as GitLab says; if that does not help, the limit has its own error', async () => {
  const jobs = await handedOver()
  await using server = await startJobServer(jobs, { runnerCallsAMinute: 1, retryAfter: 7 })
  const { apiUrl, projectId, token } = server
  const context = testContext()
  const store = gitlabStore(gitlabProject({ apiUrl, projectId, jobToken: token }, context))
  const problem = await expectedErrorOf(
    pullInputs(stageOf('compare-global'), dataDir, store, () => ({ id: '100', commit: COMMIT })),
  )
  expect(problem).toMatchObject({ kind: 'upstream', code: 'GITLAB_RATE_LIMIT' })
  expect(context.waits).toHaveLength(2)
  for (const wait of context.waits) expect(wait).toBeGreaterThanOrEqual(7_000)
})

test('an expired token is an error that does not show the token', async () => {
  await using server = await startJobServer([])
  const project = projectAt({ ...server, token: 'wrong' })
  const problem = await expectedErrorOf(
    pullInputs(stageOf('processor'), dataDir, gitlabStore(project), () => ({ id: '100', commit: COMMIT })),
  )
  expect(problem.code).toBe('GITLAB_TOKEN_REFUSED')
  expect(`${problem.message} ${problem.next}`).not.toContain('wrong')
})
