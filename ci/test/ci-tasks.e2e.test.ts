import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPipelines } from './pipelines.ts'

/** The tasks that you start by hand, after one run with artifacts. */

const ACCOUNT = '001PL000000002XYAQ'

const world = buildWorld('2026-11-23')
let sandbox: Sandbox
let pipelines: Awaited<ReturnType<typeof startPipelines>>

beforeAll(async () => {
  const options = { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL }
  sandbox = await startSandbox(world, options)
  pipelines = await startPipelines(sandbox.environment)
  const stages = ['accounts', 'orgs', 'processor', 'compare-global', 'usgov-user-sync'] as const
  const ended = await pipelines.run({ id: 100, isDryRun: true, stages })
  expect(ended.get('record')?.code).toBe(0)
}, 120_000)
afterAll(async () => {
  await pipelines.close()
  await sandbox.close()
})

const answerOf = ({ cwd }: { cwd: string }, name: string) => readFileSync(join(cwd, 'answer', name), 'utf8')
const linksOf = ({ cwd }: { cwd: string }) =>
  JSON.parse(readFileSync(join(cwd, 'reports', 'annotations.json'), 'utf8')).support_sync

test('ask explains a record of the last run in its log and in a linked artifact', async () => {
  const asked = await pipelines.task(150, 'ask', { WHOM: ACCOUNT })
  expect(asked.code).toBe(0)
  expect(asked.output).toContain(ACCOUNT)
  expect(asked.output).toContain('run 100')
  expect(answerOf(asked, 'explanation.txt')).toContain('Zendesk Global: organizations')
  expect(JSON.parse(answerOf(asked, 'explanation.json'))).toMatchObject({ salesforce_id: ACCOUNT })
  expect(linksOf(asked)).toEqual([
    {
      external_link: {
        label: 'The answer, from run 100',
        url: 'https://gitlab.example.com/sync/-/jobs/9/artifacts/file/answer/explanation.txt',
      },
    },
  ])
})

test("the log has only the domain of a user's email address, the artifact has all of it", async () => {
  const user = world.usgov.users.find(({ email, role }) => email !== null && role === 'end-user')
  const address = user?.email ?? ''
  const asked = await pipelines.task(151, 'ask', { WHOM: address })
  expect(asked.code).toBe(0)
  expect(asked.output).not.toContain(address)
  expect(asked.output).toContain(`…${address.slice(address.indexOf('@'))}`)
  expect(answerOf(asked, 'explanation.txt')).toContain(address)
})

test.each([['$(touch pwned)'], ['"; touch pwned; "'], ['x\ntouch pwned'], ['$CI_JOB_TOKEN'], ['--help']])(
  'ask searches for %j literally',
  async whom => {
    const asked = await pipelines.task(152, 'ask', { WHOM: whom })
    expect(asked.code).toBe(2)
    expect(asked.output).not.toContain(pipelines.server.token)
    expect(JSON.parse(asked.output)).toMatchObject({ level: 'error', code: 'NOT_FOUND' })
    expect(existsSync(join(asked.cwd, 'pwned'))).toBe(false)
  },
)

test('ask without input shows what to enter', async () => {
  const asked = await pipelines.task(153, 'ask', { WHOM: ' ' })
  expect(asked.code).toBe(2)
  expect(JSON.parse(asked.output)).toMatchObject({ code: 'USAGE', msg: 'the input whom is empty' })
})

test('ask uses the run in resume_run, and reports one without artifacts', async () => {
  const named = await pipelines.task(154, 'ask', { WHOM: ACCOUNT, RESUME_RUN: '100' })
  expect(named.code).toBe(0)
  const gone = await pipelines.task(155, 'ask', { WHOM: ACCOUNT, RESUME_RUN: '99' })
  expect(gone.code).toBe(2)
  expect(JSON.parse(gone.output)).toMatchObject({ code: 'NO_RUN' })
})

test('ask keeps no artifact of the run on the machine', async () => {
  const TMPDIR = await mkdtemp(join(tmpdir(), 'ask-'))
  try {
    expect((await pipelines.task(156, 'ask', { WHOM: ACCOUNT, TMPDIR })).code).toBe(0)
    expect((await pipelines.task(157, 'ask', { WHOM: 'nobody at all', TMPDIR })).code).toBe(2)
    expect(readdirSync(TMPDIR)).toEqual([])
  } finally {
    await rm(TMPDIR, { recursive: true })
  }
})

test('check shows preflight’s findings in its log and its artifact, and exits with its code', async () => {
  const ready = await pipelines.task(160, 'check')
  expect(ready.code).toBe(0)
  expect(ready.output).toContain('Salesforce')
  expect(answerOf(ready, 'check.txt')).toBe(ready.output)
  expect(linksOf(ready)[0].external_link.label).toBe('Ready: findings of the check')
  const broken = await pipelines.task(161, 'check', { ZENDESK_USGOV_CLIENT_SECRET: 'wrong' })
  expect(broken.code).toBe(2)
  expect(answerOf(broken, 'check.txt')).toContain('failed  login')
  expect(linksOf(broken)[0].external_link.label).toBe('Something is not set up: findings of the check')
})
