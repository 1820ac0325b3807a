import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { hours } from '@support-sync/fixtures/story'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { STAGES } from '@support-sync/shared/pipeline'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import { type StageRecord, stageWithoutResult } from '@support-sync/shared/runs/record'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runHour } from '../../rigs/demo/run-hour.ts'
import { stageTable } from '../pipeline/stage-table.ts'

/** The first two hours of the story with the real bins, then what an admin does with `run-pipeline`. */

const today = '2026-11-23'
let sandbox: Sandbox
let runs: string

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'pipeline-'))
  sandbox = await startSandbox(buildWorld(today), { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL })
})

afterAll(async () => {
  await sandbox.close()
  await rm(runs, { recursive: true, force: true })
})

test("the first run corrects yesterday's Zendesk, and the next one writes nothing", {
  timeout: 90_000,
}, async () => {
  const [first, second] = hours(today)
  if (!first || !second) throw new Error('the story has no two hours')
  expect((await runHour(sandbox, first, { runDir: join(runs, 'one'), today })).differences).toEqual([])
  const writes = () => sandbox.global.controls.writes.length + sandbox.usgov.controls.writes.length
  const before = writes()
  expect(before).toBeGreaterThan(0)
  expect((await runHour(sandbox, second, { runDir: join(runs, 'two'), today })).differences).toEqual([])
  expect(writes()).toBe(before)
})

test('--only runs one stage on an earlier run’s artifacts', { timeout: 30_000 }, async () => {
  const { code, output } = await runPipeline(
    '--run-dir',
    join(runs, 'two'),
    '--only',
    'processor',
    '--today',
    today,
  )
  expect(code).toBe(0)
  expect(output).toMatch(/processor .* done/)
  expect(output).toMatch(/accounts .* not part of this run/)
})

test('--resume-run works on copies: no byte of the earlier run changes', {
  timeout: 30_000,
}, async () => {
  const [from, to] = [join(runs, 'two'), join(runs, 'tried')]
  const before = await contentsOf(from)
  const resume = (...more: string[]) =>
    runPipeline('--resume-run', from, '--run-dir', to, '--today', today, ...more)
  const { code, output } = await resume('--only', 'processor')
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/processor .* done/) })
  expect(await contentsOf(from)).toEqual(before)
  const tried = await contentsOf(to)
  for (const artifact of ['accounts/salesforce_accounts.json', 'processor/global_accounts.json'])
    expect(tried.get(artifact)?.equals(before.get(artifact) ?? Buffer.of())).toBe(true)
  expect((await resume()).output).toContain('--resume-run goes with --from or --only')
  expect((await runPipeline('--resume-run', to, '--run-dir', to, '--only', 'processor')).code).toBe(2)
})

test('--from runs a stage and those after it, and a failed branch does not stop the other', {
  timeout: 60_000,
}, async () => {
  await rm(join(runs, 'two', 'processor', 'usgov_accounts.json'))
  const { code, output } = await runPipeline(
    '--run-dir',
    join(runs, 'two'),
    '--from',
    'compare-global',
    '--today',
    today,
  )
  expect(code).toBe(0)
  expect(output).toMatch(/partner-sync .* done/)
  expect(output).toMatch(/compare-usgov .* not part of this run/)
  const blocked = await runPipeline(
    '--run-dir',
    join(runs, 'two'),
    '--only',
    'compare-usgov',
    '--today',
    today,
  )
  expect(blocked.code).toBe(2)
  expect(blocked.output).toContain('input missing')
  expect(blocked.output).toContain('compare-usgov.pull.log')
  const log = await readFile(join(runs, 'two', 'logs', 'compare-usgov.pull.log'), 'utf8')
  expect(log).toContain('usgov_accounts.json is missing')
})

test('an instance that is down does not delay the other one', { timeout: 90_000 }, async () => {
  const runDir = join(runs, 'one-instance')
  const { code, output } = await runPipelineWith(
    { ZENDESK_USGOV_CLIENT_SECRET: 'wrong' },
    ...['--run-dir', runDir, '--today', today],
  )
  expect(code).toBe(2)
  expect(output).toMatch(/orgs .* login refused/)
  expect(output).toMatch(/partner-sync .* done/)
  expect(output).toMatch(/compare-usgov .* input missing/)
  expect(output).toMatch(/usgov-user-sync .* not run/)
  const log = await readFile(join(runDir, 'logs', 'compare-usgov.pull.log'), 'utf8')
  expect(log).toContain('zendesk_usgov.json is missing')
})

test('--dry-run plans and writes nothing', { timeout: 60_000 }, async () => {
  const { organizations } = sandbox.global
  const premium = organizations
    .all()
    .filter(({ organization_fields }) => organization_fields.support_level === 'premium')
  for (const { id } of premium.slice(0, 10))
    organizations.update(id, { organization_fields: { support_level: 'silver' } })
  const writes = () => sandbox.global.controls.writes.length + sandbox.usgov.controls.writes.length
  const before = writes()
  const { code, output } = await runPipeline('--run-dir', join(runs, 'dry'), '--today', today, '--dry-run')
  expect(code).toBe(0)
  expect(output).toMatch(/│ to create │ to update │ +to mark │/)
  expect(output).toMatch(/│ sync-global +│ +\d+ │ +0 │ +[1-9]\d* │ +\d+ │ +│/)
  expect(writes()).toBe(before)
  expect(await readFile(join(runs, 'dry', 'logs', 'sync-global.sync.log'), 'utf8')).toMatch(
    /[1-9]\d* to update/,
  )
})

test('if Salesforce returns half of its accounts, everything stops and Slack gets one message', {
  timeout: 90_000,
}, async () => {
  const { Account: accounts } = sandbox.salesforce.tables
  const half = accounts.splice(0, Math.ceil(accounts.length / 2))
  const halfRun = async (name: string, ...more: string[]) => {
    const before = sandbox.slack.messages.length
    const args = ['--run-dir', join(runs, 'hourly', name), '--today', today, ...more]
    const { code, output } = await runPipeline(...args)
    expect({ code, output }).toEqual({ code: 3, output: expect.stringContaining('stopped by a guard') })
    return sandbox.slack.messages.slice(before).map(({ text }) => text)
  }
  const writes = () => sandbox.global.controls.writes.length + sandbox.usgov.controls.writes.length
  const before = writes()
  const [message = '', ...more] = await halfRun('third', '--last-run', join(runs, 'two', RUN_RECORD))
  expect(more).toEqual([])
  expect(message).toContain('*accounts* stopped. GATHER_SHRANK: ')
  expect(message).toContain('since run two; ')
  // The default is the previous run in the same directory, by its start and not by its name.
  expect(await halfRun('second')).toEqual([expect.stringContaining('for the second run')])
  expect(await halfRun('again')).toEqual([])
  expect(writes()).toBe(before)
  accounts.push(...half)
})

test('a date that does not exist is an error before the gathers start', async () => {
  const dir = join(runs, 'no-such-day')
  const { code, output } = await runPipeline('--run-dir', dir, '--today', '2026-02-30')
  expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('--today 2026-02-30') })
  expect(existsSync(dir)).toBe(false)
})

test.each(['--plan', '--plans', '--overrides'])(
  'a missing file of %s is an error before the gathers start, and Slack gets no message',
  async option => {
    const before = sandbox.slack.messages.length
    const [dir, missing] = [join(runs, 'named-files'), join(runs, 'misspelt.yml')]
    const { code, output } = await runPipeline('--run-dir', dir, '--today', today, option, missing)
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining(missing) })
    expect(existsSync(dir)).toBe(false)
    expect(sandbox.slack.messages.length).toBe(before)
  },
)

test('a plan that does not match the run is an error on the terminal, and Slack gets no message', async () => {
  const plan = join(runs, 'plan-of-nothing.json')
  await writeFile(plan, '{"plan_of":"support-sync","run":"x","syncs":[]}')
  const before = sandbox.slack.messages.length
  const args = ['--only', 'sync-global', '--run-dir', join(runs, 'dry'), '--today', today, '--plan', plan]
  const { code, output } = await runPipeline(...args)
  expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('PLAN_WITHOUT_STAGE') })
  expect(sandbox.slack.messages.length).toBe(before)
})

test('a killed bin is reported as LOST, with the command to resume', async () => {
  const kill = "if(/sync.ts$/.test(process.argv[1]))process.kill(process.pid,'SIGKILL')"
  const NODE_OPTIONS = `--import=data:text/javascript,${kill}`
  const args = ['--only', 'sync-global', '--run-dir', join(runs, 'dry'), '--today', today]
  const { code, output } = await runPipelineWith({ NODE_OPTIONS }, ...args)
  expect(code).toBe(1)
  expect(output).toMatch(/^ {2}sync-global: no result \(killed or timed out\), /m)
  expect(output).toContain('LOST: It left no result: it was cancelled, killed or timed out.')
  expect(output).toContain('Then resume: ./support-sync run-pipeline --from sync-global')
})

test('if a stage finds files of another run, the only hint is to start from the stage that writes them', async () => {
  const copy = join(runs, 'copied')
  await cp(join(runs, 'dry'), copy, { recursive: true })
  const { code, output } = await runPipeline('--from', 'processor', '--run-dir', copy, '--today', today)
  expect(code).toBe(2)
  expect(output).toContain('HANDOVER_MISSING')
  expect(output).toContain('Start again from accounts')
  expect(output).not.toContain('Then resume')
})

test('an unknown stage is a usage error', { timeout: 20_000 }, async () => {
  const { code, output } = await runPipeline('--from', 'nowhere')
  expect(code).toBe(2)
  expect(output).toContain('compare-usgov')
})

/** Every file in a folder, by its path relative to the folder. */
async function contentsOf(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return new Map(
    await Promise.all(
      paths.map(async (path): Promise<[string, Buffer]> => [relative(folder, path), await readFile(path)]),
    ),
  )
}

test('no artifact is incomplete', async () => {
  const files = await readdir(runs, { recursive: true })
  expect(files.length).toBeGreaterThan(50)
  expect(files.filter(file => file.endsWith('.part'))).toEqual([])
})

test('a run that does not exist is refused, and Slack gets no message', async () => {
  const missing = join(runs, 'misspelt')
  const { code, output } = await runPipeline('--from', 'processor', '--run-dir', missing)
  expect(code).toBe(2)
  expect(output).toContain('there is no run')
  expect(existsSync(missing)).toBe(false)
})

test.each([120, 100, 80, 60, 40])('at %i columns no line of the table is wider than the terminal', width => {
  const lines = stageTable(twoStages(), false, width).split('\n')
  expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(width)
})

test('a narrow table loses its frame, then its least useful columns, and finally becomes a list', () => {
  const linesAt = (width: number) => stageTable(twoStages(), false, width).split('\n')
  expect(linesAt(120)[1]).toMatch(
    /│ records in │ creates │ updates │ marks │ failed │ requests │ time │ state +│/,
  )
  expect(linesAt(100)[0]).toMatch(/^stage +records in creates updates marks failed requests time state$/)
  expect(linesAt(80)[2]).toMatch(/^usgov-user-sync +12 +345 +6 +0 +0 +some records failed$/)
  expect(linesAt(60)).toEqual([
    'accounts  not run',
    'usgov-user-sync  some records failed',
    '  records in 0  creates 12  updates 345  marks 6  failed 0',
    '  requests 0',
  ])
})

test("a dry run's table shows what would be written, if the sync read its plan", () => {
  const [, sync] = twoStages()
  const dryRun = {
    ...{ bin: 'sync', started_at: '2026-01-15T06:00:00.000Z', ended_at: '2026-01-15T06:00:01.000Z' },
    ...{ exit_code: 0, dry_run: true, records_in: {}, records_out: {}, requests: 0, retries: 0 },
    ...{ warnings: [], error: null },
  }
  const table = (summary: typeof dryRun) =>
    stageTable([{ ...sync, results: null, summaries: [summary] }], false)
  const planned = { create: 3, update: 10, mark: 0 }
  expect(table({ ...dryRun, ...{ planned } })).toMatch(/│ +3 │ +10 │ +0 │ +│ +0 │/)
  expect(table(dryRun)).toMatch(/│ +│ +│ +│ +│ +0 │/)
})

function twoStages(): [StageRecord, StageRecord] {
  const [first, last] = [STAGES[0], STAGES.at(-1)]
  if (!first || !last) throw new Error('there are no stages')
  return [
    stageWithoutResult(first, 'not-run'),
    {
      ...stageWithoutResult(last, 'lost'),
      state: 'records-failed',
      exit_code: 4,
      results: { create_written: 12, update_written: 345, mark_written: 6 },
    },
  ]
}

function runPipeline(...args: string[]): Promise<{ code: number | null; output: string }> {
  return runPipelineWith({}, ...args)
}

async function runPipelineWith(
  environment: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'run-pipeline.ts'), ...args], {
    env: { ...process.env, ...sandbox.environment, ...environment },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output += chunk
    })
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, output }
}
