import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { COMMIT, type Job, startJobServer, zipOf } from '@support-sync/shared/runs/handover/test'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCiFile } from './ci-files.ts'

/** The jobs that show a change's impact, and where they get accounts from. */

const { jobs } = readCiFile('.gitlab/impact.yml')
const IS_MERGE_REQUEST = '$CI_PIPELINE_SOURCE == "merge_request_event"'

test('a merge request, whose code may be unreviewed, uses the fixtures', () => {
  const job = jobs.get('impact')
  expect(job?.rules).toEqual([{ if: IS_MERGE_REQUEST }])
  expect(job?.script?.join('\n')).not.toMatch(/latest|--at|--data-dir/)
})

test('only a protected branch uses customers’ accounts, never a merge request', () => {
  const users = [...jobs].filter(([, { script }]) => script?.join('\n').includes('latest-inputs'))
  expect(users.map(([name]) => name)).toEqual(['impact-on-latest-run'])
  for (const [, { rules }] of users) {
    expect(rules).toHaveLength(1)
    expect(rules?.[0]?.if).toContain('$CI_COMMIT_REF_PROTECTED == "true"')
    expect(rules?.[0]?.if).toContain('$CI_PIPELINE_SOURCE == "web"')
  }
})

test('both keep only the result, and only Developers can read it', () => {
  const template = jobs.get('.impact')
  expect(template?.artifacts).toMatchObject({ access: 'developer', paths: ['impact.json', 'impact.md'] })
  for (const name of ['impact', 'impact-on-latest-run']) {
    expect(jobs.get(name)).toMatchObject({ extends: '.impact' })
    expect(jobs.get(name)?.artifacts).toBeUndefined()
  }
})

test('the root has both jobs', () => {
  expect(readCiFile('.gitlab-ci.yml').include).toContain('.gitlab/impact.yml')
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latest-'))
})
afterEach(() => rm(folder, { recursive: true }))

const NAMES = {
  accounts: 'accounts:gather',
  orgs: 'orgs:gather_global',
  usgov: 'orgs:gather_us_government',
} as const

async function job(id: number, stage: keyof typeof NAMES, run: string, content: string | null): Promise<Job> {
  const files =
    stage === 'accounts'
      ? { 'salesforce_accounts.json': `[\n${content}\n]\n` }
      : { [stage === 'orgs' ? 'zendesk_global.json' : 'zendesk_usgov.json']: `[\n${content}\n]\n` }
  const producer = stage === 'accounts' ? 'accounts' : 'orgs'
  const zip = content === null ? null : await zipOf(producer, run, files)
  return { id, name: NAMES[stage], pipeline: Number(run) + 1, commit: COMMIT, zip }
}

async function latestInputs(jobs: readonly Job[], stage = 'processor') {
  await using server = await startJobServer(jobs)
  const program = join(import.meta.dirname, '..', 'latest-inputs.ts')
  const child = spawn(process.execPath, [program, stage, folder], {
    env: { CI_API_V4_URL: server.apiUrl, CI_PROJECT_ID: '7', CI_JOB_TOKEN: server.token },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [[exitCode], log] = await Promise.all([once(child, 'close'), text(child.stderr)])
  const files = Object.fromEntries(
    await Promise.all(
      (await readdir(folder)).map(async name => [name, (await readFile(join(folder, name), 'utf8')).trim()]),
    ),
  )
  return { exitCode, log, files }
}

test('all of a stage’s inputs come from the latest run that has them all', async () => {
  const { exitCode, log, files } = await latestInputs([
    await job(1, 'accounts', '100', '{"of":100}'),
    await job(2, 'orgs', '100', '{"of":100}'),
    await job(12, 'usgov', '100', '{"of":100}'),
    await job(3, 'accounts', '200', '{"of":200}'),
    await job(4, 'orgs', '200', '{"of":200}'),
    await job(14, 'usgov', '200', '{"of":200}'),
    // The newest run has no accounts, because it started from orgs.
    await job(5, 'accounts', '300', null),
    await job(6, 'orgs', '300', '{"of":300}'),
    await job(16, 'usgov', '300', '{"of":300}'),
  ])
  expect([exitCode, log]).toEqual([0, expect.stringContaining('"run":"200"')])
  expect(files).toEqual({
    'salesforce_accounts.json': '[\n{"of":200}\n]',
    'zendesk_global.json': '[\n{"of":200}\n]',
    'stamps.json': '{}',
    'zendesk_usgov.json': '[\n{"of":200}\n]',
  })
})

test.each([
  ['processor', 'no run has the inputs of processor'],
  ['procesor', 'there is no stage \\"procesor\\"'],
])('without inputs for %s it exits with 2', async (stage, said) => {
  const { exitCode, log, files } = await latestInputs([await job(5, 'accounts', '300', '{}')], stage)
  expect([exitCode, log]).toEqual([2, expect.stringContaining(said)])
  expect(files).toEqual({})
})
