import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { BINS, type PlannedSync } from '../../../pipeline/index.ts'
import { dataDirectory } from '../../../runtime/bin/test/data-directory.ts'
import type { ContextGiven } from '../../../runtime/bin/test/open-context.ts'
import { EXIT } from '../../../runtime/errors/index.ts'
import { noteWrite } from '../../../runtime/records/index.ts'
import { applyPlan, result } from '../index.ts'
import { runSync } from './sync-run.ts'

const ADDRESS = 'https://usgov.example.com'
const ORGANIZATIONS = '[{"id":1}]'
const counts = { create: 0, update: 1, mark: 0, alreadyMarked: 0, gathered: 1, unmarked: 1, entitled: 1 }
const VIEW = { title: 'A plan', counts, writes: [] }
const PLAN = {
  creates: [],
  updates: [1],
  marks: [],
  alreadyMarked: [],
  gathered: 1,
  unmarked: 1,
  entitled: 1,
}

const sumOf = (text: string) => createHash('sha256').update(text).digest('hex')
const stamp = (given: object = {}) => ({
  ...{ stage: 'orgs', artifact: 'zendesk_usgov.json', sha256: sumOf(ORGANIZATIONS), instance: ADDRESS },
  ...{ read_at: '2026-11-23T09:30:00.000Z', run_id: 'gathered-by', ...given },
})
const SALESFORCE = 'https://salesforce.example.com'
/** The stamps of a plan whose accounts were gathered half an hour before its organizations, by another run. */
const withAccounts = (given: object = {}) => ({
  'zendesk_usgov.json': stamp(),
  'accounts/salesforce_accounts.json': stamp({
    ...{ stage: 'accounts', artifact: 'salesforce_accounts.json', instance: SALESFORCE },
    ...{ read_at: '2026-11-23T09:00:00.000Z', run_id: 'accounts-by', ...given },
  }),
})

/** Applies a plan with one update, in a directory with these stamps. */
async function apply(
  stamps: object | undefined,
  { environment = {}, stage = 'sync-usgov', ...given }: ContextGiven & { stage?: PlannedSync } = {},
  home?: string,
) {
  const state = home ?? stateHome()
  const data = dataDirectory({
    'zendesk_usgov.json': ORGANIZATIONS,
    ...(stamps ? { 'stamps.json': JSON.stringify(stamps) } : {}),
  })
  const writer = {
    createKeys: () => [],
    createKeyOf: () => '',
    create: async () => [],
    update: async (batch: readonly number[]) => ({
      results: batch.map(id => result({ action: 'update', key: `key ${id}`, id }, 'written')),
      rest: [],
    }),
    mark: async () => ({ results: [], rest: [] }),
  }
  return runSync(data, context => applyPlan(context, PLAN, { ...VIEW, stage }, () => writer), {
    clock: () => new Date('2026-11-23T10:00:00Z'),
    ...given,
    row: BINS.sync.usgov,
    environment: { ZENDESK_USGOV_URL: `${ADDRESS}/`, RUN_ID: 'this', XDG_STATE_HOME: state, ...environment },
  })
}

function stateHome(): string {
  const path = mkdtempSync(join(tmpdir(), 'state-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('a plan of this hour and this instance is applied', async () => {
  const run = await apply({ 'zendesk_usgov.json': stamp() })
  expect(run).toMatchObject({ exitCode: EXIT.done, warnings: [] })
})

test('artifacts made by hand have no stamp, and a real run warns about it', async () => {
  expect(await apply(undefined)).toMatchObject({ exitCode: EXIT.done, missesStamp: true })
  expect(await apply(undefined, { options: { dryRun: true } })).toMatchObject({ warnings: [] })
})

test.each([
  ['of another address', { instance: 'https://sandbox.example.com' }, 'bad-input', 'OTHER_INSTANCE'],
  ['of more than 3 hours ago', { read_at: '2026-11-23T06:59:59.000Z' }, 'guard', 'PLAN_TOO_OLD'],
  ['whose artifact does not match its checksum', { sha256: sumOf('[]') }, 'guard', 'PLAN_STALE'],
])('a plan %s is refused', async (_, given, kind, code) => {
  const { problem, results } = await apply({ 'zendesk_usgov.json': stamp(given) })
  expect(problem).toMatchObject({ kind, code })
  expect(results).toBeUndefined()
})

test('every gather of the plan counts for its age', async () => {
  const stamps = withAccounts({ read_at: '2026-11-23T06:00:00.000Z' })
  expect((await apply(stamps)).problem?.code).toBe('PLAN_TOO_OLD')
  expect((await apply(stamps, { environment: { PLAN_NAMED: 'true' } })).exitCode).toBe(EXIT.done)
})

test('a plan is stale if its source was gathered again since', async () => {
  const stamps = {
    'zendesk_usgov.json': stamp(),
    'orgs/zendesk_usgov.json': stamp({ sha256: sumOf('[]') }),
  }
  const { problem } = await apply(stamps)
  expect(problem).toMatchObject({ code: 'PLAN_STALE', next: expect.stringContaining('from compare-usgov,') })
})

test('a plan is refused if another run wrote after the gather, but not if it wrote before or is the same run', async () => {
  const home = stateHome()
  const wrote = (run: string, at: string) => noteWrite({ XDG_STATE_HOME: home }, ADDRESS, run, new Date(at))
  wrote('earlier', '2026-11-23T09:29:00Z')
  wrote('gathered-by', '2026-11-23T09:40:00Z')
  const stamps = { 'zendesk_usgov.json': stamp() }
  expect((await apply(stamps, {}, home)).exitCode).toBe(EXIT.done)
  expect((await apply(stamps, { environment: { RUN_ID: 'next' } }, home)).problem?.code).toBe(
    'NEWER_RUN_WROTE',
  )
  wrote('other', '2026-11-23T09:31:00Z')
  const { problem } = await apply(stamps, {}, home)
  expect(problem).toMatchObject({ kind: 'guard', code: 'NEWER_RUN_WROTE' })
})

test('every gather of the plan counts for the writes of other runs', async () => {
  const home = stateHome()
  const wrote = (run: string, at: string) => noteWrite({ XDG_STATE_HOME: home }, ADDRESS, run, new Date(at))
  wrote('other', '2026-11-23T08:59:00Z')
  wrote('accounts-by', '2026-11-23T09:15:00Z')
  wrote('gathered-by', '2026-11-23T09:40:00Z')
  expect((await apply(withAccounts(), {}, home)).exitCode).toBe(EXIT.done)
  wrote('other', '2026-11-23T09:15:00Z')
  expect((await apply(withAccounts(), {}, home)).problem).toMatchObject({
    code: 'NEWER_RUN_WROTE',
    message: expect.stringContaining(
      'run other wrote to https://usgov.example.com at 2026-11-23T09:15:00.000Z, after salesforce_accounts.json was gathered at 2026-11-23T09:00:00.000Z',
    ),
  })
})

test('the run of the accounts is another run if it wrote after the gather of the organizations', async () => {
  const home = stateHome()
  noteWrite({ XDG_STATE_HOME: home }, ADDRESS, 'accounts-by', new Date('2026-11-23T09:31:00Z'))
  expect((await apply(withAccounts(), {}, home)).problem?.code).toBe('NEWER_RUN_WROTE')
})

test('a plan whose accounts come from another Salesforce is refused, if one is configured', async () => {
  const configured = { environment: { SALESFORCE_LOGIN_URL: 'https://other.example.com/' } }
  const { problem, results } = await apply(withAccounts(), configured)
  expect(problem).toMatchObject({
    ...{ kind: 'bad-input', code: 'OTHER_INSTANCE' },
    message:
      'salesforce_accounts.json was gathered from https://salesforce.example.com, but the configured address is https://other.example.com',
    next: expect.stringContaining('accounts gather reads https://other.example.com.'),
  })
  expect(results).toBeUndefined()
  const dry = { ...configured, options: { dryRun: true } }
  expect((await apply(withAccounts(), dry)).problem?.code).toBe('OTHER_INSTANCE')
  const own = { environment: { SALESFORCE_LOGIN_URL: SALESFORCE } }
  expect((await apply(withAccounts(), own)).exitCode).toBe(EXIT.done)
  expect((await apply(withAccounts())).exitCode).toBe(EXIT.done)
})

test.each([
  ['sync-usgov', 'orgs', 'zendesk_usgov.json', 'orgs gather_us_government'],
  ['sync-global', 'orgs', 'zendesk_global.json', 'orgs gather_global'],
  ['partner-sync', 'partner-sync', 'zendesk_orgs.json', 'partner-sync zendesk'],
  ['usgov-user-sync', 'usgov-user-sync', 'zendesk_users.json', 'usgov-user-sync zendesk_users_gather'],
] as const)('the hint for %s names the bin that gathers %s %s', async (stage, gatheredIn, artifact, bin) => {
  const foreign = {
    [artifact]: stamp({ stage: gatheredIn, artifact, instance: 'https://sandbox.example.com' }),
  }
  const environment = { ZENDESK_GLOBAL_URL: ADDRESS }
  expect((await apply(foreign, { stage, environment })).problem).toMatchObject({
    code: 'OTHER_INSTANCE',
    next: `Gather and plan again: ${bin} reads ${ADDRESS}.`,
  })
})

test('a dry run compares addresses only if one is configured', async () => {
  const foreign = { 'zendesk_usgov.json': stamp({ instance: 'https://sandbox.example.com' }) }
  const dry = { options: { dryRun: true } }
  expect((await apply(foreign, dry)).problem?.code).toBe('OTHER_INSTANCE')
  expect((await apply(foreign, { ...dry, environment: { ZENDESK_USGOV_URL: '' } })).exitCode).toBe(EXIT.done)
})
