import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { copyWorkingTree } from './working-tree.ts'

const PLANS = 'packages/processor/data/plans.yml'
const FIRST_PREMIUM = '  - Premium - 1 Year\n'

/** A separate repository with a copy of this one's files. The tests change it and commit to it. */
let clone: string
let temporary: string

beforeAll(async () => {
  clone = mkdtempSync(join(tmpdir(), 'support-sync-clone-'))
  // Outside the clone, as in real use: inside, the compared trees would find its packages.
  temporary = mkdtempSync(join(tmpdir(), 'support-sync-impact-test-'))
  await copyWorkingTree(clone)
  git('init', '--quiet', '--initial-branch', 'main')
  commit('Everything')
})

afterAll(() => {
  for (const folder of [clone, temporary]) rmSync(folder, { recursive: true, force: true })
})

beforeEach(() => {
  git('checkout', '--quiet', '--force', 'main')
  git('clean', '--quiet', '-fd')
})

function git(...args: string[]): string {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
  return execFileSync('git', [...who, ...args], { cwd: clone, encoding: 'utf8' }).trim()
}

function commit(message: string): void {
  git('add', '--all')
  git('commit', '--quiet', '--message', message)
}

function edit(file: string, change: (text: string) => string): void {
  const path = join(clone, file)
  const before = readFileSync(path, 'utf8')
  const after = change(before)
  expect(after).not.toBe(before)
  writeFileSync(path, after)
}

/** Moves a SKU from Premium to Ultimate. */
function moveSku(plans: string): string {
  const [head = '', tail = ''] = plans.replace(FIRST_PREMIUM, '').split('sm_premium:')
  return `${head.trimEnd()}\n${FIRST_PREMIUM}sm_premium:${tail}`
}

const transitions = z.array(
  z.object({ from: z.string().nullable(), to: z.string().nullable(), accounts: z.int(), arr: z.number() }),
)
const part = z.object({
  changed: z.int(),
  arr: z.number(),
  appearing: z.int(),
  gone: z.int(),
  levels: transitions,
  attributes: z.array(z.object({ attribute: z.string(), objects: z.int() })),
  changes: z.array(z.looseObject({ salesforce_id: z.string(), changes: z.record(z.string(), z.unknown()) })),
})
const modelSchema = z.object({
  before: z.string(),
  after: z.string(),
  accounts: z.int(),
  instances: z.object({ global: part, usgov: part }),
  doubts: z.object({ into: z.array(z.unknown()), out: z.array(z.unknown()) }),
  charges: z.object({
    newly_mapped: z.array(z.string()),
    newly_unmapped: z.array(z.string()),
    added_without_charge: z.array(z.string()),
  }),
})

function start(args: readonly string[]) {
  return spawn(process.execPath, [join(clone, 'cli', 'impact.ts'), ...args], {
    cwd: clone,
    env: { PATH: process.env.PATH, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function impact(...args: string[]) {
  const child = start(args)
  const [[exitCode], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ])
  const json = () => modelSchema.parse(JSON.parse(stdout))
  return { exitCode, stdout, stderr, json }
}

/** The working trees and directories that impact has not removed. */
function leftovers(): string[] {
  const trees = git('worktree', 'list', '--porcelain')
    .split('\n')
    .filter(line => line.startsWith('worktree '))
  return [...trees.slice(1), ...readdirSync(temporary)]
}

test('an unchanged working tree changes nothing', async () => {
  const { exitCode, stdout, stderr } = await impact()
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(stdout.match(/no change in \d+ objects/g)).toHaveLength(2)
  expect(leftovers()).toEqual([])
})

test('a SKU moved in plans.yml shows counts, levels, ARR and ids, and names only on a terminal', async () => {
  edit(PLANS, moveSku)
  const [shown, model] = [
    await impact('--markdown', 'impact.md', '--out', 'impact.json'),
    await impact('--json'),
  ]
  expect([shown.exitCode, model.exitCode]).toEqual([0, 0])
  const { global, usgov } = model.json().instances
  expect(global.levels).toEqual([{ from: 'premium', to: 'ultimate', accounts: 2, arr: 48_000 }])
  expect(usgov.levels).toEqual([{ from: 'premium', to: 'ultimate', accounts: 2, arr: 85_000 }])
  expect([global.changed, global.arr, usgov.changed, usgov.arr]).toEqual([2, 48_000, 2, 85_000])
  expect(global.attributes).toEqual(
    ['sub_sm_premium', 'sub_sm_ultimate', 'support_level'].map(attribute => ({ attribute, objects: 2 })),
  )
  expect(shown.stdout).toMatch(/premium → ultimate {2}2 accounts {2}ARR 48,000/)
  expect(shown.stdout).toContain('001Ab00000F1xQrIAJ')

  const markdown = readFileSync(join(clone, 'impact.md'), 'utf8')
  expect(markdown).toContain('### Impact: 4 objects change')
  expect(markdown).toContain('| premium | ultimate | 2 | 48,000 |')
  const out = readFileSync(join(clone, 'impact.json'), 'utf8')
  expect(JSON.parse(out)).toEqual(JSON.parse(model.stdout))
  for (const text of [shown.stdout, markdown, out]) expect(text).not.toContain('Kingfisher')
})

test('a rule changed on a branch is compared with the code of the commit where the branch left main', async () => {
  git('checkout', '--quiet', '-b', 'rule')
  edit('shared/domain/sections.ts', code =>
    code.replace("'sub_sm_premium', 'premium'", "'sub_sm_premium', 'silver'"),
  )
  commit('Premium is Silver')
  git('checkout', '--quiet', 'main')
  edit(PLANS, plans => `${plans}\n# Another change.\n`)
  commit('Another change on main')
  git('checkout', '--quiet', 'rule')
  const model = (await impact('--json')).json()
  expect(model.before).toMatch(/^where it left main \([0-9a-f]{8}\)$/)
  expect(model.instances.global.levels).toMatchObject([{ from: 'premium', to: 'silver' }])
  const back = (await impact('--json', '--against', 'rule')).json()
  expect(back.instances.global.changed).toBe(0)
  expect(leftovers()).toEqual([])
})

test('other files are compared with those in use: a charge name is removed, an override expires an account', async () => {
  writeFileSync(
    join(clone, 'other-plans.yml'),
    readFileSync(join(clone, PLANS), 'utf8').replace(FIRST_PREMIUM, ''),
  )
  const plans = (await impact('--json', '--plans', 'other-plans.yml')).json()
  expect(plans.before).toBe('the working tree')
  expect(plans.charges.newly_unmapped).toEqual(['Premium - 1 Year'])
  expect(plans.instances.global.gone).toBeGreaterThan(0)
  // The removed name puts its accounts in doubt, and no account leaves doubt.
  expect(plans.doubts.out).toEqual([])
  expect(plans.doubts.into).toContainEqual(
    expect.objectContaining({ salesforce_id: '001Ab00000F1xQrIAJ', reason: 'unknown_charge' }),
  )
  expect(plans.instances.global.levels).toContainEqual(expect.objectContaining({ from: 'premium', to: null }))

  const expires = '- salesforce_id: 001Ab00000F1xQrIAJ\n  expiration_date: 2025-06-01\n'
  writeFileSync(join(clone, 'other-overrides.yml'), expires)
  const overrides = (await impact('--json', '--overrides', 'other-overrides.yml')).json()
  expect(overrides.instances.global.changes).toContainEqual(
    expect.objectContaining({
      salesforce_id: '001Ab00000F1xQrIAJ',
      level: { from: 'premium', to: 'expired' },
      changes: expect.objectContaining({ expiration_date: { from: '2026-05-31', to: '2025-06-01' } }),
    }),
  )
})

test('an added charge name is reported if no charge has it', async () => {
  const charged = '  - GitLab Quantum - 1 Year\n'
  edit(PLANS, plans => plans.replace(FIRST_PREMIUM, `${FIRST_PREMIUM}${charged}  - Premium - 1 Yaer\n`))
  const [shown, model] = [await impact('--markdown', 'impact.md'), await impact('--json')]
  expect(model.json().charges).toMatchObject({
    newly_mapped: ['GitLab Quantum - 1 Year'],
    added_without_charge: ['Premium - 1 Yaer'],
  })
  const line = 'Premium - 1 Yaer was added, but no charge of this run has that name'
  expect(shown.stdout).toContain(`  ${line}`)
  expect(readFileSync(join(clone, 'impact.md'), 'utf8')).toContain(`- ${line}`)
})

test('a changed text, which may name people, is shown without its values', async () => {
  const manager = '- salesforce_id: 001Ab00000F1xQrIAJ\n  technical_account_manager: Erika Mustermann\n'
  writeFileSync(join(clone, 'other-overrides.yml'), manager)
  const { stdout, json } = await impact('--json', '--overrides', 'other-overrides.yml')
  const changed = json().instances.global.changes.find(
    change => change.salesforce_id === '001Ab00000F1xQrIAJ',
  )
  expect(changed?.changes).toEqual({ technical_account_manager: null })
  expect(stdout).not.toContain('Erika')
})

test('invalid rules exit with 2, name the side and the line, and leave nothing behind', async () => {
  edit(PLANS, plans => `${plans}\nsm_premiun:\n  - Something\n`)
  const { exitCode, stderr } = await impact()
  expect(exitCode).toBe(2)
  expect(stderr).toContain('PROCESSOR_FAILED: The processor of the working tree: ')
  expect(stderr).toContain('unknown section "sm_premiun"')
  expect(leftovers()).toEqual([])
})

test.each([
  [['--against', 'no-such-branch'], 'git finds no commit "no-such-branch"'],
  [['--against', '--output=x'], 'against'],
  [['--data-dir', 'no/such/directory'], 'salesforce_accounts.json'],
  [['--run', 'x', '--data-dir', 'y'], 'mutually exclusive'],
  [['--today', 'tomorrow'], '--today tomorrow is not a date (YYYY-MM-DD)'],
])('%j exits with 2', async (args, said) => {
  const { exitCode, stderr } = await impact(...args)
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)])
  expect(leftovers()).toEqual([])
})

/** Whether the second working tree exists. While git creates it, git fails to list it. */
function hasBegun(): boolean {
  try {
    return leftovers().length >= 2
  } catch {
    return false
  }
}

test('when cancelled, it removes its working tree', async () => {
  const child = start([])
  const closed = once(child, 'close')
  while (!hasBegun()) await pause(5)
  child.kill('SIGTERM')
  expect((await closed)[0]).toBe(75)
  expect(leftovers()).toEqual([])
})
