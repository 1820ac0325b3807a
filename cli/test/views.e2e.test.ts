import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { explanationSchema } from '@support-sync/shared/runs/explain'
import { dataDirectory, runProgram, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { runPlanSchema } from '@support-sync/shared/sync/plan'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explainBench } from '../../rigs/bench/explain.ts'

/** `explain` and `plan`, run from outside. */

const ARTIFACTS = 'fixtures/artifacts'
const GIVEN = ['--at', ARTIFACTS, '--today', '2026-01-15']
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'views-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const explain = (...args: string[]) => runProgram('cli/explain.ts', args)
const plan = (...args: string[]) => runProgram('cli/plan.ts', args)

describe.concurrent('explain', () => {
  test('prints plain lines without a terminal, and JSON with --json', async () => {
    const [text, json] = await Promise.all([
      explain('Harbour', 'Lane', ...GIVEN),
      explain('001Ab00000F2mKdIAJ', ...GIVEN, '--json'),
    ])
    expect([text.exitCode, text.stderr, json.exitCode, json.stderr]).toEqual([0, '', 0, ''])
    expect(text.stdout).toContain('support_level                 "premium" → "ultimate"')
    expect(text.stdout).not.toContain('\u001b')
    expect(explanationSchema.parse(JSON.parse(json.stdout))).toMatchObject({ name: 'Harbour Lane Books' })
  })

  test('uses the repository’s plans from any working directory', async () => {
    const root = join(import.meta.dirname, '..', '..')
    const program = join(root, 'cli', 'explain.ts')
    const args = [program, 'Harbour Lane', '--at', join(root, ARTIFACTS), '--today', '2026-01-15']
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: dir })
    // The decision itself depends on production's plans.
    expect(stdout).toContain(join(root, 'packages', 'processor', 'data', 'plans.yml'))
  })

  test.each([
    ['an unknown name', ['Harbor Lane Boks', ...GIVEN], 'NOT_FOUND', 'similar: Harbour Lane Books'],
    ['an unknown run', ['Harbour', '--at', 'nowhere'], 'NO_RUN', 'there is no run nowhere'],
    ['no record named', GIVEN, 'USAGE', 'name the record to explain'],
    ['an unknown option', ['Harbour', '--att', 'x'], 'USAGE', '--help'],
    ['a misspelt option', ['Harbour', '--todya', 'x'], 'USAGE', 'todya: did you mean --today?'],
    [
      'a day that does not exist',
      ['Harbour', '--at', ARTIFACTS, '--today', '2026-02-30'],
      'USAGE',
      '2026-02-30',
    ],
  ])('%s: exit 2 and a hint', async (_, args, code, expected) => {
    const asked = await explain(...args)
    expect([asked.exitCode, asked.stdout]).toEqual([2, ''])
    expect(asked.stderr).toContain(`${code}: `)
    expect(asked.stderr).toContain(expected)
  })

  test('finds one account among many without parsing all of them', async () => {
    const times = await explainBench(2000)
    expect(times.map(({ question }) => question)).toContain('by name')
  })
})

describe.concurrent('plan', () => {
  test('shows counts, then each record by kind of change; in CI only keys', async () => {
    const [people, ci] = await Promise.all([
      plan('--at', ARTIFACTS),
      runProgram('cli/plan.ts', ['--at', ARTIFACTS], { CI: 'true' }),
    ])
    expect([people.exitCode, people.stderr, ci.exitCode]).toEqual([0, '', 0])
    expect(people.stdout).toContain(`Run ${ARTIFACTS}: 4 to create, 8 to update, 6 to mark`)
    expect(people.stdout).toContain(
      'Support expires (1)\n~ 001Ab00000F3pLtIAJ  "Old Mill Press"\n    account_type ',
    )
    expect(ci.stdout).toContain('Support expires (1)\n~ 001Ab00000F3pLtIAJ\n')
    expect(ci.stdout).not.toContain('Old Mill Press')
  })

  test('can be filtered, and prints JSON with --json', async () => {
    const { stdout } = await plan(
      '--at',
      ARTIFACTS,
      '--json',
      '--only',
      'updates',
      '--attribute',
      'support_level',
    )
    const { syncs } = runPlanSchema.parse(JSON.parse(stdout))
    expect(syncs.flatMap(sync => sync.plan?.writes.map(({ kind }) => kind))).toEqual(['level', 'expiry'])
  })

  test('reports a sync without artifacts, and shows the others', async () => {
    const part = join(dir, 'part')
    await cp(ARTIFACTS, part, { recursive: true })
    await rm(join(part, 'sync-usgov', 'usgov_updates.json'))
    const { exitCode, stdout } = await plan('--run', part)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('No plan: usgov_updates.json is missing.')
    expect(stdout).toContain('1 to create, 2 to update, 2 to mark (1 already marked; 11 gathered)')
  })

  test('does not write a filtered plan for review', async () => {
    const { exitCode, stderr } = await plan(
      '--at',
      ARTIFACTS,
      '--only',
      'marks',
      '--out',
      join(dir, 'marks.json'),
    )
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('USAGE')])
  })
})

describe('a reviewed plan', () => {
  test('is applied if the artifacts are the same, and refused if one byte differs', async () => {
    const run = join(dir, 'reviewed')
    await cp(ARTIFACTS, run, { recursive: true })
    const file = join(dir, 'plan.json')
    expect((await plan('--at', run, '--out', file)).exitCode).toBe(0)
    expect((await stat(file)).mode & 0o077).toBe(0)
    const sync = () =>
      spawnBin('sync-usgov', 'sync', ['--data-dir', join(run, 'sync-usgov'), '--dry-run', '--plan', file])
    expect((await sync()).exitCode).toBe(0)
    const updates = join(run, 'sync-usgov', 'usgov_updates.json')
    await writeFile(updates, (await readFile(updates, 'utf8')).replace('"to":90', '"to":91'))
    const { exitCode, failure } = await sync()
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'PLAN_STALE' })
    expect(failure.message).toContain('usgov_updates.json changed since')
    expect(failure.next).toContain(`./support-sync plan --run ${run} --out ${file}`)
  })

  test.each([
    ['no plan', '{}', 'PLAN_INVALID'],
    ['a plan of other stages', '{"plan_of":"support-sync","run":"x","syncs":[]}', 'PLAN_WITHOUT_STAGE'],
  ])('a file that is %s is refused before any connection', async (_, content, code) => {
    const data = dataDirectory({ 'plan.json': content })
    await cp(join(ARTIFACTS, 'sync-usgov'), data.path, { recursive: true })
    const { exitCode, failure } = await spawnBin('sync-usgov', 'sync', [
      ...['--data-dir', data.path, '--plan', join(data.path, 'plan.json')],
    ])
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code })
  })
})

describe('on a run against the sandbox', () => {
  const today = '2026-11-23'
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox(buildWorld(today), { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL })
  })
  afterAll(() => sandbox.close())

  test('a dry run is planned, reviewed, explained, and applied', {
    timeout: 120_000,
  }, async () => {
    const run = join(dir, 'sandbox')
    const file = join(dir, 'sandbox-plan.json')
    const pipeline = (...args: string[]) =>
      runProgram('cli/run-pipeline.ts', ['--run-dir', run, '--today', today, ...args], {
        ...sandbox.environment,
        PATH: process.env.PATH ?? '',
      })
    const writes = () => sandbox.global.controls.writes.length
    expect((await pipeline('--dry-run')).exitCode).toBe(0)
    expect(writes()).toBe(0)
    expect((await plan('--at', run, '--out', file)).exitCode).toBe(0)

    const before = await explain('Override Extended Railways', '--at', run)
    expect(before.stdout).toContain(`decided for ${today}\n`)
    expect(before.stdout).toContain('extended by the override')
    const applied = await pipeline('--only', 'sync-global', '--plan', file)
    expect(applied.exitCode).not.toBe(2)
    expect(writes()).toBeGreaterThan(0)
    const planned = await plan('--run', run)
    expect(planned.stdout).toContain('Written already, in this run: ')
    const { syncs } = runPlanSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    const updated = syncs[0]?.plan?.writes.find(({ action }) => action === 'update')
    const after = await explain(updated?.key ?? '', '--at', run)
    expect(after.stdout).toMatch(/✓ {2}update written/)
  })
})
