import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld } from '@support-sync/fixtures/world'
import {
  account,
  type DataDirectory,
  dataDirectory,
  gatheredOrganization,
  objectOf,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { HOSTILE_TEXTS, UNPRINTABLE } from '@support-sync/shared/runtime/text/test'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Runs the real bins with hostile data. None of it reaches a terminal, a log, a file or Slack unescaped. */

const TODAY = ['--today', '2026-11-23', '--log-level', 'debug']
/** A terminal without colours, so every escape sequence comes from the data. */
const TERMINAL = {
  NO_COLOR: '1',
  NODE_OPTIONS: '--import=data:text/javascript,process.stderr.isTTY=process.stdout.isTTY=true',
}
const WELL_FORMED = HOSTILE_TEXTS.filter(text => text.isWellFormed())

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox(buildWorld('2026-11-23'))
})
afterAll(() => sandbox.close())

function rawIn(text: string): string[] {
  return text.split('\n').filter(line => UNPRINTABLE.test(line))
}

function rawUnder({ path }: DataDirectory): string[] {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return files.flatMap(({ parentPath, name }) => rawIn(readFileSync(join(parentPath, name), 'utf8')))
}

test.each([
  ['on a terminal', TERMINAL],
  ['in CI', { CI: 'true' }],
])('a plan escapes hostile names, ids and values %s', async (_, environment) => {
  const data = dataDirectory({
    'global_creates.json': WELL_FORMED.map(text => objectOf('global', { salesforce_id: text, name: text })),
    'global_updates.json': WELL_FORMED.map((text, id) => ({
      id,
      ...objectOf('global', { salesforce_id: text, name: text }),
      changes: { account_owner: { from: text, to: text }, name: { from: 'A', to: text } },
    })),
    'global_not_in_sync.json': WELL_FORMED.map((text, id) =>
      gatheredOrganization('global', 100 + id, { salesforce_id: text, name: text }),
    ),
    // Enough organizations that the marks trip no guard.
    'zendesk_global.json': Array.from({ length: 11 * WELL_FORMED.length }, (_, id) =>
      gatheredOrganization('global', 1000 + id, { salesforce_id: null }),
    ),
  })
  const run = await spawnBin(
    'sync-global',
    'sync',
    ['--dry-run', '--data-dir', data.path, ...TODAY],
    environment,
  )
  expect(run.exitCode).toBe(0)
  expect(run.stdout).toContain(`${WELL_FORMED.length} to create`)
  expect(run.log.length > 0).toBe('CI' in environment)
  expect(rawIn(run.stdout + run.stderr)).toEqual([])
  expect(Math.max(...run.stdout.split('\n').map(line => line.length))).toBeLessThan(700)
})

test.each([
  ['on a terminal', TERMINAL],
  ['in CI', { CI: 'true' }],
])('warnings escape hostile texts of accounts and charges %s', async (_, environment) => {
  const accounts = WELL_FORMED.map((text, index) =>
    account(`${index}`.padStart(15, '0'), { name: text, account_owner: text }, [text]),
  )
  const data = dataDirectory({
    'salesforce_accounts.json': [...accounts, account(HOSTILE_TEXTS[0] ?? '')],
    'zendesk_global.json': [gatheredOrganization('global', 1, { salesforce_id: null })],
    'zendesk_usgov.json': [gatheredOrganization('usgov', 1, { salesforce_id: null })],
    'overrides.yml': `- salesforce_id: ${JSON.stringify(HOSTILE_TEXTS[1])}\n`,
  })
  const args = ['--overrides', join(data.path, 'overrides.yml'), '--data-dir', data.path, ...TODAY]
  const run = await spawnBin('processor', 'processor', args, environment)
  expect(run.exitCode).toBe(0)
  expect(run.stderr).toMatch(/UNMAPPED_CHARGES|no section/)
  expect(rawIn(run.stdout + run.stderr)).toEqual([])
  expect(data.records('unmapped_charges.json')?.length).toBeGreaterThan(5)
  data.put('salesforce_accounts.json', '[]')
  expect(rawUnder(data)).toEqual([])
})

test.each([
  ['an unknown key', '- salesforce_id: "001EX000000001AYAQ"\n  "x\\e[2J\\u202e": 1\n', 'OVERRIDES_INVALID'],
  ['a value', '- salesforce_id: "\\e[2J\\u202e"\n  seats: many\n', 'OVERRIDES_INVALID'],
  ['a key __proto__', '- salesforce_id: "001EX000000001AYAQ"\n  __proto__: {seats: 5}\n', 'YAML_INVALID'],
  ['a key constructor', '- salesforce_id: "001EX000000001AYAQ"\n  constructor: 5\n', 'OVERRIDES_INVALID'],
  ['invalid YAML', '- "\u001b[2J\u202e\n', 'YAML_INVALID'],
])('an override file with %s is refused in printable text', async (_, text, code) => {
  const data = dataDirectory({ 'overrides.yml': text })
  for (const environment of [TERMINAL, {}]) {
    const args = ['--overrides', join(data.path, 'overrides.yml'), '--data-dir', data.path, ...TODAY]
    const run = await spawnBin('processor', 'processor', args, environment)
    expect(run.exitCode).toBe(2)
    if (run.failure.code !== '') expect(run.failure.code).toBe(code)
    expect(rawIn(run.stdout + run.stderr)).toEqual([])
  }
})

test.each([
  ['__proto__: [Gold - 1 Year]\n', 'YAML_INVALID'],
  ['constructor: [Gold - 1 Year]\n', 'PLANS_INVALID'],
  ['toString: [Gold - 1 Year]\n', 'PLANS_INVALID'],
])('plans.yml with %j is refused', async (text, code) => {
  const data = dataDirectory({ 'plans.yml': text })
  const args = ['--plans', join(data.path, 'plans.yml'), '--data-dir', data.path]
  expect((await spawnBin('processor', 'processor', args)).failure.code).toBe(code)
})

test("protected ids with the names of an object's built-in properties protect nothing else", async () => {
  const data = dataDirectory({
    'usgov_accounts.json': [objectOf('usgov', { salesforce_id: '001EX000000001AYAQ', name: 'A' })],
    'zendesk_usgov.json': ['__proto__', 'constructor', 'other'].map((salesforce_id, id) =>
      gatheredOrganization('usgov', id, { salesforce_id }),
    ),
    'doubts.json': [],
    'protected_ids.yml': '- __proto__\n- constructor\n',
  })
  const args = ['--protected-ids', join(data.path, 'protected_ids.yml'), '--data-dir', data.path]
  expect((await spawnBin('compare-usgov', 'compare', args)).exitCode).toBe(0)
  expect(data.records('usgov_not_in_sync.json')).toMatchObject([{ salesforce_id: 'other' }])
})

test('a text that is not a Salesforce id never reaches a query', async () => {
  const ids = [
    ...HOSTILE_TEXTS,
    "001EX000000001A' OR '",
    '001EX000000001A\n',
    '００１EX00000001AY',
    '001EX000000001AYAQ',
  ]
  const data = dataDirectory({
    'zendesk_orgs.json': ids.map((salesforce_id, id) => ({ id, name: 'A', salesforce_id })),
  })
  sandbox.salesforce.controls.forgetRequests()
  const args = ['--data-dir', data.path, ...TODAY]
  const run = await spawnBin('usgov-user-sync', 'salesforce', args, sandbox.environment)
  const queries = sandbox.salesforce.controls.requests.flatMap(
    ({ url }) => new URL(url, 'http://sandbox').searchParams.get('q') ?? [],
  )
  // The world has no such contact, and the next stage reports that.
  expect(run.exitCode).toBe(0)
  expect(queries).toHaveLength(1)
  const [, list] = /Account_ID_18__c IN \((.*)\)$/.exec(queries[0] ?? '') ?? []
  expect(list).toMatch(/^'[A-Za-z0-9]{18}'(, '[A-Za-z0-9]{18}')*$/)
  expect(list).toContain('001EX000000001A')
})

test('hostile names reach Zendesk and Slack without harm', async () => {
  const names = WELL_FORMED.filter(text => text.length < 200)
  const data = dataDirectory({
    'global_creates.json': names.map((name, index) =>
      objectOf('global', { salesforce_id: `001HX0000000${String(index).padStart(2, '0')}AYAQ`, name }),
    ),
    'global_updates.json': '[]',
    'global_not_in_sync.json': '[]',
    'zendesk_global.json': [gatheredOrganization('global', 1, { salesforce_id: null })],
  })
  const before = sandbox.slack.messages.length
  const args = ['--data-dir', data.path, ...TODAY]
  const run = await spawnBin('sync-global', 'sync', args, { ...sandbox.environment, ...TERMINAL })
  expect([0, 4]).toContain(run.exitCode)
  expect(rawIn(run.stdout + run.stderr)).toEqual([])
  const messages = sandbox.slack.messages.slice(before).map(({ text }) => text)
  expect(messages.length).toBeGreaterThan(names.length / 2)
  for (const text of messages) {
    expect(rawIn(text)).toEqual([])
    // Only our own link.
    expect(text.match(/[<>]/g)).toEqual(['<', '>'])
    expect(text).toMatch(/<http:\/\/127\.0\.0\.1:\d+\/agent\/organizations\/\d+\|/)
  }
  for (const name of ['global_creates.json']) data.put(name, '[]')
  expect(rawUnder(data)).toEqual([])
})
