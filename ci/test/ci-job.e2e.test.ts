import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import type { GitlabRules, JobStatus } from '@support-sync/fixtures/sandbox/gitlab'
import { MARKED_SECRETS, SECRETS_OF_A_RUN, secretsIn, secretsUnder } from '@support-sync/fixtures/secrets'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { COMMIT, type Job, zipOf, zipped } from '@support-sync/shared/runs/handover/test'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runOnce, zipOfData } from './programs.ts'

/** The jobs of the GitLab pipeline, as GitLab's runner starts them, against the sandbox and a stand-in for GitLab's API. */

let folder: string
let dataDir: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ci-'))
  dataDir = join(folder, 'data')
})
afterEach(() => rm(folder, { recursive: true }))

function runProgram(
  program: string,
  args: readonly string[],
  jobs: readonly Job[],
  environment: NodeJS.ProcessEnv = {},
  rules: Partial<GitlabRules> = {},
) {
  return runOnce({ program, args, cwd: folder, environment }, jobs, rules)
}

function runJob(stage: string, bin: string, jobs: readonly Job[], environment?: NodeJS.ProcessEnv) {
  return runProgram('run-job.ts', [stage, bin, dataDir], jobs, environment)
}

const inFolder = (name: string) => readFile(join(folder, name), 'utf8')
const manifestPath = () => join(dataDir, 'manifest.json')
const folderZip = (stage: string, files: Record<string, string>) =>
  zipped(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`packages/${stage}/data/${name}`, text])),
  )
function recordOf(run_id: string, records: number): string {
  const at = '2026-11-23T10:00:00Z'
  const record: RunRecord = {
    run_id,
    commit: COMMIT,
    url: null,
    dry_run: false,
    started_at: at,
    ended_at: at,
    exit_code: 0,
    stages: [],
    broken: {},
    history: [],
    gathered: { 'accounts.gather': { run_id, counts: { accounts: records } } },
    removals: {},
    failing: {},
    holds: {},
    holds_told: null,
    known: { warnings: {}, doubts: {} },
    empty: {},
  }
  return JSON.stringify(record)
}
const job = (id: number, name: string, zip: Uint8Array): Job => ({
  id,
  name,
  pipeline: 101,
  commit: COMMIT,
  zip,
})

test("a stage's last job writes a manifest of its outputs and summaries", async () => {
  const world = buildWorld('2026-11-23')
  const sandbox = await startSandbox(world, { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL })
  try {
    expect(await runJob('accounts', 'gather', [], sandbox.environment)).toMatchObject({ code: 0 })
  } finally {
    await sandbox.close()
  }
  const manifest = JSON.parse(await readFile(manifestPath(), 'utf8'))
  expect(manifest).toMatchObject({ run_id: '100', commit: COMMIT, stage: 'accounts' })
  expect(Object.keys(manifest.files)).toEqual([
    'salesforce_accounts.json',
    'stamps.json',
    'summaries/accounts.gather.json',
  ])
})

test('a first job pulls its inputs; if its bin fails, the job has its exit code and no manifest', async () => {
  const { code, output } = await runJob('compare-usgov', 'compare', [
    job(1, 'orgs:gather_us_government', await zipOf('orgs', '100', { 'zendesk_usgov.json': '[]\n' })),
    job(
      2,
      'processor:processor',
      await zipOf('processor', '100', { 'usgov_accounts.json': '[]\n', 'doubts.json': '[]\n' }),
    ),
  ])
  expect(code).toBe(3)
  expect(output).toContain('NO_RECORDS')
  expect(await inFolder('data/zendesk_usgov.json')).toBe('[]\n')
  expect(await inFolder('reports/junit.xml')).toContain('name="compare: guard NO_RECORDS"')
  expect(JSON.parse(await inFolder('data/job.json'))).toMatchObject({ bin: 'compare', exit_code: 3 })
  expect(existsSync(manifestPath())).toBe(false)
})

test('in a dry run, the bin that writes gets --dry-run', async () => {
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

test('a job without inputs does not start its bin, and shows a hint', async () => {
  const { code, output } = await runJob('processor', 'processor', [])
  expect(code).toBe(2)
  expect(JSON.parse(output.split('\n')[0] ?? '')).toMatchObject({
    code: 'HANDOVER_MISSING',
    next: expect.stringContaining('Start again from accounts'),
  })
  expect(await inFolder('reports/junit.xml')).toContain('failure type="HANDOVER_MISSING"')
  expect(JSON.parse(await inFolder('data/job.json'))).toMatchObject({
    run_id: '100',
    bin: null,
    exit_code: 2,
    error: { code: 'HANDOVER_MISSING' },
  })
})

test("a job's log has its bin's log in a collapsed section, then a table; its page links to its artifacts", async () => {
  const { output } = await runJob('partner-sync', 'compare', [])
  expect(output).toMatch(
    /section_start:\d+:partner-sync_compare\[collapsed=true\]\r.*The log of partner-sync compare/,
  )
  const table = output.slice(output.indexOf('section_end'))
  expect(table).toMatch(/partner-sync compare .* input missing/)
  expect(table).toContain('ARTIFACT_MISSING')
  const { support_sync: links } = JSON.parse(await inFolder('reports/annotations.json'))
  expect(links[0].external_link.url).toBe('https://gitlab.example.com/sync/-/jobs/9/artifacts/browse')
})

const jobRecord = (run_id: string, dry_run = false): string =>
  JSON.stringify({
    run_id,
    dry_run,
    stage: 'partner-sync',
    bin: 'sync',
    exit_code: 0,
    ended_at: '2026-11-23T10:00:00Z',
    error: null,
  })
const writer = (pipeline: number, files: Record<string, string>, status: JobStatus = 'success'): Job => ({
  ...job(9, 'partner-sync:sync', folderZip('partner-sync', files)),
  pipeline,
  status,
})

test.each([
  ['has written', [writer(210, { 'job.json': jobRecord('200') })]],
  ['may have written, and has no result', [writer(210, {}, 'canceled')]],
  ['is writing', [writer(210, {}, 'running')]],
])('a writer of an old run refuses if a newer run %s', async (_, jobs) => {
  const { code, output } = await runJob('partner-sync', 'sync', jobs)
  expect(code).toBe(3)
  expect(output).toContain('NEWER_RUN_WROTE')
})

test.each([
  ['its own run has written', [writer(110, { 'job.json': jobRecord('100') })]],
  ['a newer run only planned', [writer(210, { 'job.json': jobRecord('200', true) })]],
  ['this pipeline tried before', [writer(105, {}, 'failed')]],
  ['an older run wrote', [writer(90, { 'job.json': jobRecord('80') })]],
  ['the other instance was written to', [{ ...writer(210, {}), name: 'sync-usgov:sync' }]],
])('it continues if %s', async (_, jobs) => {
  const { code, output } = await runJob('partner-sync', 'sync', jobs)
  expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('ARTIFACT_MISSING') })
})

/** The jobs that hand on to sync-usgov of run 100, which resumes run 80 from orgs. */
async function plannedJobs(accountsBy: string): Promise<Job[]> {
  const stamp = (stage: string, artifact: string, run_id: string, content = '[]\n') => ({
    ...{ stage, artifact, run_id, instance: 'https://usgov.example.com', read_at: new Date().toISOString() },
    sha256: createHash('sha256').update(content).digest('hex'),
  })
  const organizations = stamp('orgs', 'zendesk_usgov.json', '100')
  const orgs = {
    'zendesk_usgov.json': '[]\n',
    'stamps.json': JSON.stringify({ 'zendesk_usgov.json': organizations }),
  }
  const plan = {
    ...{ 'usgov_updates.json': '[]\n', 'usgov_creates.json': '[]\n', 'usgov_not_in_sync.json': '[]\n' },
    'stamps.json': JSON.stringify({
      'zendesk_usgov.json': organizations,
      'accounts/salesforce_accounts.json': stamp('accounts', 'salesforce_accounts.json', accountsBy),
    }),
  }
  return [
    job(1, 'orgs:gather_us_government', await zipOf('orgs', '100', orgs)),
    job(2, 'compare-usgov:compare', await zipOf('compare-usgov', '100', plan)),
  ]
}
const usgovWriter = (pipeline: number, run_id: string): Job => ({
  ...job(9, 'sync-usgov:sync', folderZip('sync-usgov', { 'job.json': jobRecord(run_id) })),
  pipeline,
})
const FROM_ORGS = { START_FROM: 'orgs', RESUME_RUN: '80' }

test.each([
  ['wrote after the accounts were gathered', '80', usgovWriter(92, '90')],
  [
    'wrote after the accounts were gathered, which the resumed run took from an earlier one',
    '60',
    usgovWriter(72, '70'),
  ],
  ['gathered the accounts, and wrote after the organizations were gathered', '80', usgovWriter(104, '80')],
])('a writer refuses if another run %s', async (_, accountsBy, writer) => {
  const jobs = [...(await plannedJobs(accountsBy)), writer]
  const { code, output } = await runJob('sync-usgov', 'sync', jobs, FROM_ORGS)
  expect(code).toBe(3)
  expect(output).toContain('NEWER_RUN_WROTE')
})

test.each([
  ['wrote before the accounts were gathered', usgovWriter(72, '70')],
  ['gathered the accounts, and wrote before the organizations were gathered', usgovWriter(85, '80')],
])('a writer continues if another run %s', async (_, writer) => {
  const jobs = [...(await plannedJobs('80')), writer]
  const { output } = await runJob('sync-usgov', 'sync', jobs, FROM_ORGS)
  expect(output).not.toContain('NEWER_RUN_WROTE')
  // The bin itself started.
  expect(output).toContain('The log of sync-usgov sync')
})

test('a gather is compared with the record of the previous run', async () => {
  const counted = (run_id: string, records: number): Job => ({
    ...job(Number(run_id), 'record', zipped({ 'record/run_record.json': recordOf(run_id, records) })),
    pipeline: Number(run_id) + 1,
  })
  const sandbox = await startSandbox(buildWorld('2026-11-23'))
  try {
    const jobs = [counted('80', 100_000), counted('60', 1), counted('300', 1)]
    const { code, output } = await runJob('accounts', 'gather', jobs, sandbox.environment)
    expect(code).toBe(3)
    expect(output).toMatch(/GATHER_SHRANK.* accounts fell from 100000 to \d+ since run 80/)
    const meant = { ...sandbox.environment, ALLOW_MASS_CHANGE: 'accounts:gathered=1' }
    expect((await runJob('accounts', 'gather', jobs, meant)).code).toBe(0)
  } finally {
    await sandbox.close()
  }
})

test.each([
  ['in the first run', [], 'no earlier run has a record'],
  ['when records have expired', [{ ...job(1, 'record', new Uint8Array()), zip: null }], 'have expired (1 '],
])('%s a gather is compared with no earlier one, and the log says why', async (_, jobs, why) => {
  const sandbox = await startSandbox(buildWorld('2026-11-23'))
  try {
    const { code, output } = await runJob('accounts', 'gather', jobs, sandbox.environment)
    expect(code).toBe(0)
    expect(output).toMatch(/"level":"warn".*"NO_LAST_RUN"/)
    expect(output).toContain(why)
  } finally {
    await sandbox.close()
  }
})

test('a gather does not run if GitLab refuses the last record', async () => {
  const jobs = [job(1, 'record', zipped({ 'record/run_record.json': recordOf('80', 1) }))]
  const { code, output } = await runProgram(
    'run-job.ts',
    ['accounts', 'gather', dataDir],
    jobs,
    {},
    {
      runnerCallsAMinute: 0,
      retryAfter: 3600,
    },
  )
  expect(code).toBe(75)
  expect(output).toContain('GITLAB_RATE_LIMIT')
  const forbidden = { permissions: [] }
  const refused = await runProgram('run-job.ts', ['accounts', 'gather', dataDir], jobs, {}, forbidden)
  expect(refused.code).toBe(2)
  expect(refused.output).toContain('GITLAB_NOT_ALLOWED')
  expect(existsSync(join(dataDir, 'summaries'))).toBe(false)
})

test('the last job collects every stage’s outcome, even of a failed one, and posts to Slack', async () => {
  const world = buildWorld('2026-11-23')
  const sandbox = await startSandbox(world, { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL })
  try {
    await runJob('accounts', 'gather', [], sandbox.environment)
    const accounts = { ...job(1, 'accounts:gather', zipOfData('accounts', dataDir)) }
    await rm(dataDir, { recursive: true })
    await runJob('orgs', 'gather_global', [], sandbox.environment)
    const global = job(2, 'orgs:gather_global', zipOfData('orgs', dataDir))
    await rm(dataDir, { recursive: true })
    await runJob('orgs', 'gather_us_government', [], {
      ...sandbox.environment,
      ZENDESK_USGOV_CLIENT_SECRET: 'wrong',
    })
    const usgov: Job = {
      ...job(3, 'orgs:gather_us_government', zipOfData('orgs', dataDir)),
      status: 'failed',
    }
    const other = job(4, 'orgs:gather_us_government', folderZip('orgs', { 'job.json': jobRecord('200') }))
    const { code, output } = await runProgram('record-run.ts', [], [accounts, global, usgov, other], {
      ...sandbox.environment,
    })
    expect(code).toBe(0)
    expect(output).toMatch(/orgs .* login refused/)
    const record = JSON.parse(await inFolder('record/run_record.json'))
    expect(record).toMatchObject({
      run_id: '100',
      // The processor runs with one instance only, and here it has no result.
      exit_code: 1,
      url: 'https://gitlab.example.com/sync/-/pipelines/100',
    })
    expect(record.stages.map(({ state }: { state: string }) => state)).toEqual([
      'done',
      'stopped',
      'lost',
      ...Array(6).fill('not-run'),
    ])
    expect(record.gathered['accounts.gather'].counts.accounts).toBeGreaterThan(100)
    expect(record.gathered['orgs.gather_global'].counts.organizations).toBeGreaterThan(100)
    expect(record.gathered['orgs.gather_us_government']).toBeUndefined()
    expect(sandbox.slack.messages.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /pipelines\/100\|Support sync, run 100>: orgs stopped \(LOGIN_REFUSED\), processor stopped \(LOST\)\n\*orgs\* stopped\. LOGIN_REFUSED/,
      ),
    ])
    expect(await inFolder('reports/junit.xml')).toContain('failure type="LOGIN_REFUSED"')
    const [{ external_link: link }] = JSON.parse(await inFolder('reports/annotations.json')).support_sync
    expect(link).toEqual({
      label: "The run's report. Needs attention: orgs stopped (LOGIN_REFUSED), processor stopped (LOST)",
      url: 'https://gitlab.example.com/sync/-/jobs/9/artifacts/file/record/report.html',
    })
    expect(await inFolder('record/report.html')).toContain('It did not work: orgs and processor stopped')
  } finally {
    await sandbox.close()
  }
})

test('if GitLab refuses a later artifact, the last job removes the earlier ones from the machine', async () => {
  const TMPDIR = join(folder, 'tmp')
  await mkdir(TMPDIR)
  const given = job(2, 'orgs:gather_us_government', folderZip('orgs', { 'job.json': jobRecord('100') }))
  const refused = job(1, 'accounts:gather', folderZip('accounts', {}))
  const rules = { runnerCallsAMinute: 1, retryAfter: 3600 }
  const { code, output } = await runProgram('record-run.ts', [], [given, refused], { TMPDIR }, rules)
  expect(code).toBe(75)
  expect(output).toContain('GITLAB_RATE_LIMIT')
  expect(readdirSync(TMPDIR)).toEqual([])
})

test('reports, record, log and Slack contain no secret, even if a service quotes the request', async () => {
  const secrets = { ...SECRETS_OF_A_RUN, CI_JOB_TOKEN: 'a-job-token' }
  const options = { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL, credentials: MARKED_SECRETS }
  const sandbox = await startSandbox(buildWorld('2026-11-23'), options)
  try {
    await runJob('accounts', 'gather', [], sandbox.environment)
    const accounts = job(1, 'accounts:gather', zipOfData('accounts', dataDir))
    await rm(dataDir, { recursive: true })
    sandbox.usgov.controls.fail({ effect: { kind: 'echo', status: 401, form: 'json' } })
    const failed = await runJob('orgs', 'gather_us_government', [], sandbox.environment)
    const orgs: Job = {
      ...job(2, 'orgs:gather_us_government', zipOfData('orgs', dataDir)),
      status: 'failed',
    }
    const recorded = await runProgram('record-run.ts', [], [accounts, orgs], { ...sandbox.environment })
    expect(await inFolder('reports/junit.xml')).toContain('failure type="LOGIN_REFUSED"')
    expect(sandbox.slack.messages).toHaveLength(1)
    expect(await secretsUnder(folder, secrets)).toEqual([])
    const texts = [failed.output, recorded.output, ...sandbox.slack.messages.map(({ text }) => text)]
    expect(secretsIn(texts.join(''), secrets)).toEqual([])
  } finally {
    await sandbox.close()
  }
})

test('an unknown bin is a usage error', async () => {
  expect((await runJob('processor', 'nothing', [])).code).toBe(2)
})
