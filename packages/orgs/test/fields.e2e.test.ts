import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { emptySalesforce, smallWorld } from '@support-sync/fixtures/world'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { readStamps } from '@support-sync/shared/runtime/records'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const ACME = {
  id: 11,
  name: 'Acme',
  organization_fields: { salesforce_id: '0016100000AbCdEAAV', org_region: 'apj', support_level: 'gold' },
}

let sandbox: Sandbox
beforeEach(async () => {
  const world = smallWorld('2026-11-23')
  const salesforce = emptySalesforce()
  const global = { ...world.global, organizations: [ACME] }
  // Pages of two fields each: the gather must read to the last page.
  sandbox = await startSandbox({ ...world, salesforce, global }, { zendesk: { maxPageSize: 2 } })
})
afterEach(() => sandbox.close())

async function gather() {
  const data = dataDirectory()
  const args = ['--data-dir', data.path]
  const run = await spawnBin('orgs', 'gather_global', args, sandbox.environment)
  const warnings = data.summary('orgs.gather_global').warnings
  const stamp = readStamps(data.path)['zendesk_global.json']
  return { ...run, warnings, stamp, records: data.records('zendesk_global.json') }
}

/** Changes a field in the sandbox, as an admin would. */
async function change(method: string, path: string, body?: object): Promise<void> {
  const answer = await fetch(`${sandbox.global.url}/sandbox/organization_fields/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  })
  expect(answer.status).toBe(200)
}

test('correct fields give no warning', async () => {
  const { exitCode, warnings, stamp, records } = await gather()
  expect([exitCode, warnings]).toEqual([0, []])
  expect(stamp).not.toHaveProperty('without')
  expect(records).toMatchObject([{ org_region: 'apj', sub_edu: false }])
})

const NOT_DECIDING = [
  ['deleted', 'DELETE', 'aar', undefined, 'aar is missing'],
  ['inactive', 'PATCH', 'sub_edu', { active: false }, 'sub_edu is inactive'],
  [
    'without an option',
    'DELETE',
    'org_region/options/apj',
    undefined,
    'org_region has no option with the tag apj',
  ],
] as const

test.each(NOT_DECIDING)(
  'the records lack a field that is %s, and a warning names it',
  async (_, method, path, body, said) => {
    await change(method, path, body)
    const [key = ''] = path.split('/')
    const { exitCode, warnings, stamp, records } = await gather()
    expect(exitCode).toBe(4)
    expect(stamp?.without).toEqual([key])
    expect(warnings).toEqual([
      {
        code: 'FIELDS_CHANGED',
        message: `Zendesk Global: fields have changed; the run continues without them: ${said}`,
        keys: [key],
      },
    ])
    expect(records).toHaveLength(1)
    expect(records?.[0]).not.toHaveProperty(key)
    expect(records?.[0]).toMatchObject({ salesforce_id: '0016100000AbCdEAAV', support_level: 'gold' })
  },
)

test('the records also lack a field of another type', async () => {
  sandbox.global.organizationFields.get('seats_decimal').type = 'integer'
  const { exitCode, warnings, records } = await gather()
  expect(exitCode).toBe(4)
  expect(warnings).toMatchObject([{ keys: ['seats_decimal'] }])
  expect(records?.[0]).not.toHaveProperty('seats_decimal')
})

describe('a deciding field', () => {
  const ways: [string, () => Promise<void> | void][] = [
    ...['salesforce_id', 'sfdc_short_id', 'account_type', 'support_level', 'mark_for_deletion'].flatMap(
      (key): [string, () => Promise<void>][] => [
        [`${key} is missing`, () => change('DELETE', key)],
        [`${key} is inactive`, () => change('PATCH', key, { active: false })],
      ],
    ),
    [
      'account_type has no option with the tag select_partner',
      () => change('DELETE', 'account_type/options/select_partner'),
    ],
    ['support_level has no option with the tag gold', () => change('DELETE', 'support_level/options/gold')],
    [
      'mark_for_deletion has the type text; it must be checkbox',
      () => {
        sandbox.global.organizationFields.get('mark_for_deletion').type = 'text'
      },
    ],
  ]
  test.each(ways)('stops the gather before it reads an organization: %s', async (said, breakField) => {
    await breakField()
    const { exitCode, failure, records } = await gather()
    expect(exitCode).toBe(2)
    expect(failure).toMatchObject({ code: 'FIELDS_CHANGED', message: expect.stringContaining(said) })
    expect(records).toBeUndefined()
    const read = Object.keys(sandbox.global.controls.counts()).filter(call => !call.includes('oauth'))
    expect(read).toEqual(['GET /api/v2/organization_fields'])
  })
})
