import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMMIT, startJobServer, TOKEN, zipOf } from '../../shared/handover/test/gitlab-jobs.ts'

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ci-'))
})
afterAll(() => rm(dataDir, { recursive: true }))

async function runBin(bin: string, stage: string, environment: Record<string, string>) {
  const path = join(import.meta.dirname, '..', 'ci', `${bin}.ts`)
  const child = spawn(process.execPath, [path, stage, dataDir], { env: { ...process.env, ...environment } })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', chunk => {
    log += chunk
  })
  const code = await new Promise(resolve => child.once('close', resolve))
  return { code, log }
}

const job = { CI_COMMIT_SHA: COMMIT, CI_PROJECT_ID: '7', CI_JOB_TOKEN: TOKEN, RUN_ID: '100' }

test("a job is handed its stage's inputs, and leaves a manifest of its outputs", async () => {
  const files = { 'zendesk_usgov.json': '[1]' }
  const processed = { 'usgov_accounts.json': '[2]' }
  await using server = await startJobServer([
    {
      id: 1,
      name: 'orgs:gather_us_government',
      pipeline: 101,
      commit: COMMIT,
      zip: await zipOf('orgs', '100', files),
    },
    {
      id: 2,
      name: 'processor:processor',
      pipeline: 102,
      commit: COMMIT,
      zip: await zipOf('processor', '100', processed),
    },
  ])
  const environment = { ...job, CI_API_V4_URL: server.url }
  expect(await runBin('pull', 'compare-usgov', environment)).toEqual({ code: 0, log: '' })
  expect(await readFile(join(dataDir, 'zendesk_usgov.json'), 'utf8')).toBe('[1]')
  await writeFile(join(dataDir, 'usgov_updates.json'), '[]\n')
  expect(await runBin('finish', 'compare-usgov', environment)).toEqual({ code: 0, log: '' })
  const manifest = JSON.parse(await readFile(join(dataDir, 'manifest.json'), 'utf8'))
  expect(manifest).toMatchObject({ run_id: '100', commit: COMMIT, stage: 'compare-usgov' })
  expect(Object.keys(manifest.files)).toEqual(['usgov_updates.json'])
})

test('a job that can be handed nothing ends with exit 2, and says what to do', async () => {
  await using server = await startJobServer([])
  const { code, log } = await runBin('pull', 'processor', { ...job, CI_API_V4_URL: server.url })
  expect(code).toBe(2)
  expect(JSON.parse(log)).toMatchObject({
    code: 'HANDOVER_MISSING',
    next: expect.stringContaining('Start again from accounts'),
  })
})

test('an unknown stage is a usage error', async () => {
  expect((await runBin('pull', 'nowhere', {})).code).toBe(2)
})
