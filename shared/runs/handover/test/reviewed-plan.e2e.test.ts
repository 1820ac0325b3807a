import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectedErrorOf } from '../../../services/http/test/expected-error-of.ts'
import { testContext } from '../../../services/http/test/scripted-server.ts'
import { gitlabProject, gitlabStore, pullReviewedPlan, reviewedRun } from '../index.ts'
import { COMMIT, type Job, stageOf, startJobServer, zipOf } from './gitlab-jobs.ts'

/** What partner-sync gets from the dry run that it resumes: its plan. */

const SUMMARY = 'summaries/partner-sync.zendesk.json'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'reviewed-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

/** The job that ended a run's partner-sync. */
async function ended(run: string, isDry: boolean, changedTo?: string): Promise<Job> {
  const at = '2026-11-23T10:00:00.000Z'
  const summary = {
    bin: 'zendesk',
    started_at: at,
    ended_at: at,
    exit_code: 0,
    dry_run: false,
    records_in: {},
    records_out: {},
    gathered: { organizations: 7 },
    requests: 1,
    retries: 0,
    warnings: [],
    error: null,
  }
  const record = { run_id: run, stage: 'partner-sync', bin: 'sync', dry_run: isDry, exit_code: 0 }
  const files = {
    'creates.json': '[]\n',
    [SUMMARY]: JSON.stringify(summary),
    'job.json': JSON.stringify({ ...record, ended_at: at, error: null }),
  }
  const afterwards = changedTo === undefined ? {} : { 'creates.json': changedTo }
  const zip = await zipOf('partner-sync', run, files, { afterwards })
  return { id: Number(run) + 5, name: 'partner-sync:sync', pipeline: Number(run) + 4, commit: COMMIT, zip }
}

async function pull(...jobs: Job[]) {
  await using server = await startJobServer(jobs)
  const { apiUrl, projectId, token } = server
  const store = gitlabStore(gitlabProject({ apiUrl, projectId, jobToken: token }, testContext()))
  return await pullReviewedPlan(stageOf('partner-sync'), dataDir, store, { id: '100', commit: null })
}

test('the plan of a dry run is copied, without counts that the next run would compare with', async () => {
  expect(await pull(await ended('100', true), await ended('200', false))).toBe(true)
  expect(reviewedRun(dataDir)).toBe('100')
  expect(await readFile(join(dataDir, 'creates.json'), 'utf8')).toBe('[]\n')
  expect(JSON.parse(await readFile(join(dataDir, SUMMARY), 'utf8'))).not.toHaveProperty('gathered')
})

test.each<[string, () => Promise<Job[]>]>([
  ['a run that wrote', async () => [await ended('100', false)]],
  ['a run that did not reach the stage', async () => []],
  ['another run', async () => [await ended('200', true)]],
])('nothing is copied from %s', async (_, jobs) => {
  expect(await pull(...(await jobs()))).toBe(false)
  expect(reviewedRun(dataDir)).toBeUndefined()
  expect(await readdir(dataDir)).toEqual([])
})

test('a plan that does not match its manifest is refused', async () => {
  const problem = await expectedErrorOf(pull(await ended('100', true, '[1]\n')))
  expect(problem).toMatchObject({ code: 'HANDOVER_MISSING', next: 'Make the plan again with a dry run.' })
  expect(problem.message).toContain('creates.json does not match its manifest')
  expect(await readdir(dataDir)).toEqual([])
})
