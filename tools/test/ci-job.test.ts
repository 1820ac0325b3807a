import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { COMMIT, type Job, startJobServer, TOKEN, zipOf } from '../../shared/handover/test/gitlab-jobs.ts'

/** The jobs of the GitLab pipeline, run as GitLab's runner does, against GitLab's two calls and the sandbox. */

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ci-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

async function runJob(stage: string, bin: string, jobs: readonly Job[], environment: NodeJS.ProcessEnv = {}) {
  await using server = await startJobServer(jobs)
  const path = join(import.meta.dirname, '..', 'ci', 'run-job.ts')
  const child = spawn(process.execPath, [path, stage, bin, dataDir], {
    env: {
      ...process.env,
      CI_API_V4_URL: server.url,
      CI_COMMIT_SHA: COMMIT,
      CI_PROJECT_ID: '7',
      CI_JOB_TOKEN: TOKEN,
      RUN_ID: '100',
      ...environment,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', chunk => {
      output += chunk
    })
  }
  const code = await new Promise(resolve => child.once('close', resolve))
  return { code, output }
}

const manifestPath = () => join(dataDir, 'manifest.json')
const job = (id: number, name: string, zip: Uint8Array): Job => ({
  id,
  name,
  pipeline: 101,
  commit: COMMIT,
  zip,
})

test("a stage's last job leaves a manifest of its outputs and summaries", async () => {
  const world = buildWorld('2026-11-23')
  const sandbox = await startSandbox(world, { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL })
  try {
    expect(await runJob('accounts', 'gather', [], sandbox.environment)).toMatchObject({ code: 0 })
  } finally {
    await sandbox.close()
  }
  const manifest = JSON.parse(await readFile(manifestPath(), 'utf8'))
  expect(manifest).toMatchObject({ run_id: '100', commit: COMMIT, stage: 'accounts' })
  expect(Object.keys(manifest.files)).toEqual(['salesforce_accounts.json', 'summaries/accounts.gather.json'])
})

test("a first job is handed its inputs; when its bin fails, its code is the job's and there is no manifest", async () => {
  const { code, output } = await runJob('compare-usgov', 'compare', [
    job(1, 'orgs:gather_us_government', await zipOf('orgs', '100', { 'zendesk_usgov.json': '[]\n' })),
    job(2, 'processor:processor', await zipOf('processor', '100', { 'usgov_accounts.json': '[]\n' })),
  ])
  expect(code).toBe(3)
  expect(output).toContain('NO_RECORDS')
  expect(await readFile(join(dataDir, 'zendesk_usgov.json'), 'utf8')).toBe('[]\n')
  expect(existsSync(manifestPath())).toBe(false)
})

test('a dry run reaches the bin that writes', async () => {
  const plan = {
    'usgov_updates.json': '[]\n',
    'usgov_creates.json': '[]\n',
    'usgov_not_in_sync.json': '[]\n',
  }
  const jobs = [
    job(1, 'orgs:gather_us_government', await zipOf('orgs', '100', { 'zendesk_usgov.json': '[]\n' })),
    job(2, 'compare-usgov:compare', await zipOf('compare-usgov', '100', plan)),
  ]
  const ended = await runJob('sync-usgov', 'sync', jobs, { DRY_RUN: 'true' })
  expect(ended.output).toContain('"dry_run":true')
})

test('a job that can be handed nothing does not start its bin, and says what to do', async () => {
  const { code, output } = await runJob('processor', 'processor', [])
  expect(code).toBe(2)
  expect(JSON.parse(output)).toMatchObject({
    code: 'HANDOVER_MISSING',
    next: expect.stringContaining('Start again from accounts'),
  })
})

test('an unknown bin is a usage error', async () => {
  expect((await runJob('processor', 'nothing', [])).code).toBe(2)
})
