import { expect, onTestFinished, test } from 'vitest'
import {
  type GitlabRules,
  type ServedJob,
  type ServedPipeline,
  type ServedToken,
  startGitlabJobs,
} from '../../../../fixtures/sandbox/gitlab/index.ts'
import { expectedErrorOf } from '../../../services/http/test/expected-error-of.ts'
import { testContext } from '../../../services/http/test/scripted-server.ts'
import { gitlabPipelines, gitlabProject } from '../index.ts'
import { zipped } from './gitlab-jobs.ts'

/** Reads a project with a personal token. Run 10 has the child pipeline 11, which has the stages' pipelines 12 and 14. */

const TOKEN = 'glpat-a-persons-token'
const ZIP = zipped({ 'record/run_record.json': '{}', 'record/report.html': 'x' })
const job = (id: number, pipeline: number, name: string): ServedJob => ({
  id,
  name,
  pipeline,
  commit: 'c0ffee',
  status: 'success',
  access: 'developer',
  zip: ZIP,
  startedAt: null,
  finishedAt: null,
})
const child = (id: number, pipeline: number, name: string): ServedPipeline => ({
  id,
  status: 'success',
  createdAt: '2026-11-23T10:00:00.000Z',
  startedBy: { pipeline, job: name },
})
const PIPELINES = [
  { id: 10, status: 'success', createdAt: '2026-11-23T10:00:00.000Z' },
  child(11, 10, 'sync'),
  child(12, 11, 'accounts'),
  child(13, 11, 'orgs'),
  child(14, 11, 'orgs'),
  child(21, 20, 'sync'),
]
const JOBS = [
  job(1, 10, 'watch'),
  job(2, 12, 'accounts:gather'),
  job(3, 12, 'accounts:gather'),
  job(4, 13, 'orgs:gather_global'),
  job(5, 14, 'orgs:gather_global'),
  job(6, 11, 'record'),
  job(7, 21, 'record'),
]

type Given = {
  who?: Partial<ServedToken>
  rules?: Partial<GitlabRules>
  jobs?: ServedJob[]
  project?: string
}

async function start({ who, rules, jobs = JOBS, project = 'support/sync' }: Given = {}) {
  const person: ServedToken = {
    ...{ token: TOKEN, kind: 'personal', scopes: ['read_api'], state: 'active', role: 'developer' },
    ...who,
  }
  const server = await startGitlabJobs(jobs, { ...rules, pipelines: PIPELINES, tokens: [person] })
  onTestFinished(server.close)
  const settings = {
    apiUrl: server.apiUrl,
    projectId: project,
    userToken: TOKEN,
    tokenFrom: 'GITLAB_TOKEN',
    renewToken: 'Make another.',
  }
  const context = testContext()
  return {
    server,
    project: gitlabProject(settings, context),
    pipelines: gitlabPipelines(settings, context),
  }
}

test.each([
  ['personal', ['read_api']],
  ['oauth', ['api']],
  ['fine-grained', ['read_project', 'read_pipeline', 'read_job', 'read_pipeline_bridge']],
] as const)(
  'a %s token reads the project, a pipeline, and all attempts of the jobs of its child pipelines',
  async (kind, scopes) => {
    const { server, pipelines } = await start({ who: { kind, scopes } })
    expect(await pipelines.project()).toEqual({
      path: 'support/sync',
      url: 'https://gitlab.example.com/support/sync',
    })
    expect(await pipelines.pipeline('10')).toEqual({ status: 'success', isChild: false })
    expect(await pipelines.pipeline('11')).toMatchObject({ isChild: true })
    expect(await pipelines.pipeline('99')).toBeUndefined()
    const family = await pipelines.family('10')
    expect(family.map(({ id }) => id)).toEqual([6, 5, 3, 2, 1])
    expect(family[0]?.zipSize).toBe(ZIP.byteLength)
    expect(server.unknown).toEqual([])
  },
)

test('it reads all jobs of a pipeline that has more than one page of them', async () => {
  const jobs = Array.from({ length: 230 }, (_, index) => job(index + 1, 10, `job-${index}`))
  const { pipelines } = await start({ jobs })
  expect(await pipelines.family('10')).toHaveLength(230)
})

test('it downloads with the call that names the project, and sends no token to the object storage', async () => {
  const { server, project } = await start({ rules: { redirectsDownloads: true } })
  const received: number[] = []
  const files = await project.files({ id: 6 }, 'record', ['run_record.json'], bytes => received.push(bytes))
  expect([...(files?.keys() ?? [])]).toEqual(['run_record.json'])
  expect(received.at(-1)).toBe(ZIP.byteLength)
  expect(server.requests).toEqual(['/api/v4/projects/support%2Fsync/jobs/6/artifacts'])
  expect(server.storageTokens).toEqual([undefined])
})

test.each<[string, Given, string, string]>([
  ['an unknown token', { who: { token: 'another' } }, 'GITLAB_TOKEN_REFUSED', 'Make another.'],
  ['an expired token', { who: { state: 'expired' } }, 'GITLAB_TOKEN_REFUSED', 'GITLAB_TOKEN is wrong'],
  ['a token without read_api', { who: { scopes: ['read_user'] } }, 'GITLAB_SCOPE_MISSING', 'read_api'],
  [
    'a fine-grained token without a permission',
    { who: { kind: 'fine-grained', scopes: ['read_pipeline'] } },
    'GITLAB_SCOPE_MISSING',
    'A fine-grained token must read the project',
  ],
  ['a guest', { who: { role: 'guest' } }, 'GITLAB_NOT_ALLOWED', 'role Developer in support/sync'],
  ['a user who is not a member', { who: { role: null } }, 'GITLAB_NOT_FOUND', '--project'],
  ['a misspelt project', { project: 'support/snyc' }, 'GITLAB_NOT_FOUND', 'support/snyc'],
])('%s is refused with a code and what to do', async (_, given, code, next) => {
  const { project } = await start(given)
  const problem = await expectedErrorOf(Array.fromAsync(project.jobs([], 0)))
  expect(problem).toMatchObject({ kind: 'bad-input', code })
  expect(problem.next).toContain(next)
  expect(`${problem.message} ${problem.next}`).not.toContain(TOKEN)
})

test('a Reporter can list the jobs, but cannot download artifacts that are for developers', async () => {
  const { project, pipelines } = await start({ who: { role: 'reporter' } })
  expect(await pipelines.family('10')).toHaveLength(5)
  const problem = await expectedErrorOf(project.files({ id: 6 }, 'record', 'all'))
  expect(problem).toMatchObject({ code: 'GITLAB_NOT_ALLOWED' })
  expect(problem.next).toContain('You need the role Developer in support/sync')
})

test('it waits for a rate limit; if that does not help, the limit has its own error', async () => {
  const { project } = await start({ rules: { userCallsAMinute: 0, retryAfter: 3600 } })
  const problem = await expectedErrorOf(Array.fromAsync(project.jobs([], 0)))
  expect(problem).toMatchObject({ kind: 'upstream', code: 'GITLAB_RATE_LIMIT' })
  expect(problem.next).toContain('from one user')
})

test('if nothing answers, the hint names the address', async () => {
  const apiUrl = 'http://127.0.0.1:1/api/v4'
  const login = { userToken: TOKEN, tokenFrom: 'GITLAB_TOKEN', renewToken: 'Create another one.' }
  const project = gitlabProject({ apiUrl, projectId: 'support/sync', ...login }, testContext())
  const problem = await expectedErrorOf(Array.fromAsync(project.jobs([], 0)))
  expect(problem).toMatchObject({ kind: 'upstream', code: 'UPSTREAM_UNAVAILABLE' })
  expect(problem.next).toBe(
    'Check that http://127.0.0.1:1 (GITLAB_HOST) is your GitLab and that this machine can reach it. Then run the command again.',
  )
})
