import { symlinkSync } from 'node:fs'
import { account, dataDirectory, gatheredOrganization, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { describe, expect, test } from 'vitest'

const ONE = '001000000000abAAAQ'
const OTHER_CASE = '001000000000abaAAA'
const OUTPUTS = ['global_accounts.json', 'usgov_accounts.json', 'unmapped_charges.json', 'doubts.json']

type Given = { files?: Record<string, string | unknown[]>; without?: string; args?: string[] }

/** Runs the processor with good inputs, except the given ones. An earlier run's outputs are already there. */
async function processor({ files = {}, without, args = [] }: Given) {
  const inputs: Record<string, string | unknown[]> = {
    'salesforce_accounts.json': [account(ONE)],
    'zendesk_global.json': [gatheredOrganization('global', 1)],
    'zendesk_usgov.json': [gatheredOrganization('usgov', 1)],
    'overrides.yml': '[]',
    ...Object.fromEntries(OUTPUTS.map(name => [name, '[{"left": "by an earlier run"}]'])),
    ...files,
  }
  if (without !== undefined) delete inputs[without]
  const data = dataDirectory(inputs)
  const plans = files['plans.yml'] === undefined ? [] : ['--plans', `${data.path}/plans.yml`]
  const run = await spawnBin('processor', 'processor', [
    ...['--data-dir', data.path, '--today', '2026-11-23', '--overrides', `${data.path}/overrides.yml`],
    ...plans,
    ...args,
  ])
  return { ...run, data }
}

const PART_STAMP = {
  stage: 'accounts',
  artifact: 'salesforce_accounts.json',
  sha256: '',
  instance: 'https://example.my.salesforce.com',
  read_at: '2026-11-23T10:00:00.000Z',
  run_id: 'a run',
  part: '2/3',
}

const BAD: [string, Given, { exit?: number; code: string; says: string[]; next: string }][] = [
  [
    'a missing artifact',
    { without: 'salesforce_accounts.json' },
    {
      code: 'ARTIFACT_MISSING',
      says: ['salesforce_accounts.json', 'missing'],
      next: 'accounts gather writes it: ./support-sync run-stage accounts gather --data-dir /',
    },
  ],
  [
    'a file of 0 bytes',
    { files: { 'zendesk_global.json': '' } },
    {
      code: 'ARTIFACT_EMPTY',
      says: ['zendesk_global.json', '0 bytes'],
      next: 'orgs gather_global writes it: ./support-sync run-stage orgs gather_global',
    },
  ],
  [
    'a file that was truncated between two records',
    { files: { 'salesforce_accounts.json': `[\n${JSON.stringify(account(ONE))},\n` } },
    {
      code: 'ARTIFACT_NOT_JSON',
      says: ['salesforce_accounts.json', 'after record 1'],
      next: 'accounts gather writes it',
    },
  ],
  [
    'a file that was truncated within a record',
    { files: { 'salesforce_accounts.json': `[\n${JSON.stringify(account(ONE)).slice(0, 90)}` } },
    { code: 'ARTIFACT_NOT_JSON', says: ['salesforce_accounts.json'], next: 'accounts gather writes it' },
  ],
  [
    'a file with content after its list',
    { files: { 'salesforce_accounts.json': `[\n${JSON.stringify(account(ONE))}\n]\n{}` } },
    { code: 'ARTIFACT_NOT_JSON', says: ['salesforce_accounts.json'], next: 'accounts gather writes it' },
  ],
  [
    'only one part of the accounts',
    { files: { 'stamps.json': JSON.stringify({ 'salesforce_accounts.json': PART_STAMP }) } },
    {
      code: 'PART_ALONE',
      says: ['salesforce_accounts.json', 'only part 2/3'],
      next: 'Run accounts without --part.',
    },
  ],
  [
    'JSON that is not a list',
    { files: { 'salesforce_accounts.json': '{"records": []}' } },
    { code: 'ARTIFACT_NOT_A_LIST', says: ['salesforce_accounts.json', 'not a JSON array'], next: 'list' },
  ],
  [
    'an attribute of the wrong type',
    {
      files: {
        'salesforce_accounts.json': [account(OTHER_CASE), account(ONE, { support_hold: 'yes' })],
      },
    },
    {
      code: 'ARTIFACT_RECORD_INVALID',
      says: ['salesforce_accounts.json', 'record 2', ONE, 'support_hold'],
      next: 'docs/artifacts.md lists its attributes. accounts gather writes it',
    },
  ],
  [
    'a charge whose end date does not exist',
    {
      files: {
        'salesforce_accounts.json': [
          account(ONE, {
            charges: [
              {
                id: 'C1',
                name: null,
                charge_name: null,
                subscription_id: null,
                start_date: '2026-01-01',
                end_date: '2026-02-30',
                quantity: 1,
              },
            ],
          }),
        ],
      },
    },
    {
      code: 'ARTIFACT_RECORD_INVALID',
      says: ['record 1', ONE, 'charges.0.end_date'],
      next: 'docs/artifacts.md lists its attributes. accounts gather writes it',
    },
  ],
  [
    'two accounts with the same salesforce_id, in its two forms',
    { files: { 'salesforce_accounts.json': [account(ONE), account(ONE.slice(0, 15))] } },
    { code: 'ACCOUNT_TWICE', says: ['two accounts', ONE.slice(0, 15)], next: 'accounts stage' },
  ],
  [
    'an accounts artifact without records',
    { files: { 'salesforce_accounts.json': '[]\n' } },
    {
      exit: 3,
      code: 'NO_RECORDS',
      says: ['salesforce_accounts.json', 'no records'],
      next: 'accounts gather writes it: ./support-sync',
    },
  ],
  [
    'an organizations artifact without records',
    { files: { 'zendesk_global.json': [] } },
    {
      exit: 3,
      code: 'NO_RECORDS',
      says: ['zendesk_global.json', 'no records'],
      next: 'orgs gather_global writes it: ./support-sync',
    },
  ],
  [
    'an unknown section',
    { files: { 'plans.yml': 'sm_ultimat:\n  - Ultimate - 1 Year\n' } },
    { code: 'PLANS_INVALID', says: ['plans.yml', 'sm_ultimat'], next: 'sm_ultimate, sm_premium' },
  ],
  [
    'a charge name in two sections, trimmed',
    { files: { 'plans.yml': 'edu:\n  - Both\noss:\n  - "Both "\n' } },
    { code: 'PLANS_INVALID', says: ['"Both"', '"edu"', '"oss"'], next: 'Keep it in one' },
  ],
  [
    'plans that are not YAML',
    { files: { 'plans.yml': 'edu: [\n' } },
    { code: 'YAML_INVALID', says: ['plans.yml', 'line 2'], next: 'Correct' },
  ],
  [
    'an unknown override key',
    { files: { 'overrides.yml': `- salesforce_id: ${ONE}\n- {salesforce_id: ${OTHER_CASE}, seat: 5}` } },
    { code: 'OVERRIDES_INVALID', says: ['entry 2', OTHER_CASE, 'seat'], next: 'Correct the entry' },
  ],
  [
    'an override with a day that does not exist',
    { files: { 'overrides.yml': `- {salesforce_id: ${ONE}, expiration_date: 2026-02-30}` } },
    { code: 'OVERRIDES_INVALID', says: ['entry 1', ONE, 'expiration_date'], next: 'YYYY-MM-DD' },
  ],
  [
    'an override to the level expired',
    { files: { 'overrides.yml': `- {salesforce_id: ${ONE}, support_level: expired}` } },
    { code: 'OVERRIDES_INVALID', says: ['entry 1', 'support_level'], next: 'Correct the entry' },
  ],
  [
    'an override with a negative number of seats',
    { files: { 'overrides.yml': `- {salesforce_id: ${ONE}, seats: -1}` } },
    { code: 'OVERRIDES_INVALID', says: ['entry 1', 'seats'], next: 'Correct the entry' },
  ],
  [
    'a second override for an account, in the other form of its id',
    { files: { 'overrides.yml': `- salesforce_id: ${ONE}\n- salesforce_id: ${ONE.slice(0, 15)}` } },
    { code: 'OVERRIDES_INVALID', says: ['entry 2', 'listed twice'], next: 'Merge' },
  ],
]

describe.concurrent('stops, says what and where and what to do, and leaves no output of an earlier run', () => {
  test.each(BAD)('%s', async (_, given, expected) => {
    const { exitCode, failure, data, log } = await processor(given)
    const exit = expected.exit ?? 2
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: exit, code: expected.code })
    for (const part of expected.says) expect(failure.message).toContain(part)
    expect(failure.next).toContain(expected.next)
    expect(OUTPUTS.filter(data.has)).toEqual([])
    expect(data.summary('processor.processor')).toMatchObject({ bin: 'processor', exit_code: exit })
    expect(log.at(-1)).toMatchObject({ msg: 'ended', exit_code: exit })
  })
})

test('salesforce_accounts.json as a link that leads to itself is a missing artifact', async () => {
  const data = dataDirectory({
    'zendesk_global.json': [gatheredOrganization('global', 1)],
    'overrides.yml': '[]',
  })
  symlinkSync('salesforce_accounts.json', `${data.path}/salesforce_accounts.json`)
  const args = ['--data-dir', data.path, '--overrides', `${data.path}/overrides.yml`]
  const { exitCode, failure } = await spawnBin('processor', 'processor', args)
  expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'ARTIFACT_MISSING' })
})

test('two accounts whose ids differ only in case are two accounts', async () => {
  const { exitCode, data } = await processor({
    files: { 'salesforce_accounts.json': [account(ONE), account(OTHER_CASE)] },
  })
  expect(exitCode).toBe(0)
  expect(data.records('global_accounts.json')).toMatchObject([
    { salesforce_id: ONE },
    { salesforce_id: OTHER_CASE },
  ])
  expect(data.summary('processor.processor')).toMatchObject({
    exit_code: 0,
    records_in: { 'salesforce_accounts.json': 2, 'zendesk_global.json': 1, 'zendesk_usgov.json': 1 },
    records_out: { 'global_accounts.json': 2, 'usgov_accounts.json': 0, 'unmapped_charges.json': 0 },
  })
})
