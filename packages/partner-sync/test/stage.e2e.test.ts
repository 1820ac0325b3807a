import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, emptySalesforce } from '@support-sync/fixtures/world'
import {
  type DataDirectory,
  dataDirectory,
  runProgram,
  spawnBin,
} from '@support-sync/shared/runtime/bin/test'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ALLIANCE = '001000000000001AAA'

function idOf(n: number): string {
  return `001${String(n).padStart(12, '0')}AAA`
}

function account(n: number, given: Record<string, string | boolean | null>) {
  const id = idOf(n)
  return { Id: id, Account_ID_18__c: id, Name: `Partner ${n}`, Support_Hold__c: null, ...given }
}

const PARTNER = { Type: 'Partner', Partners_Partner_Status__c: 'Authorized' }

let sandbox: Sandbox
let data: DataDirectory
let exitCode: number | null
let bins: unknown[]

beforeAll(async () => {
  const { global, usgov } = buildWorld('2026-11-23')
  const organization = (id: number, name: string, organization_fields: Record<string, string | boolean>) => ({
    id,
    name,
    organization_fields,
  })
  sandbox = await startSandbox(
    {
      salesforce: {
        ...emptySalesforce(),
        Account: [
          account(1, { Type: 'Customer', Partner_Track__c: 'Open' }),
          account(2, { ...PARTNER, Partner_Track__c: 'Open' }),
          account(3, { ...PARTNER, Partner_Track__c: 'Select', Restricted_Account__c: 'Restricted Party' }),
          account(4, { ...PARTNER, Partner_Track__c: 'Open' }),
          account(5, { ...PARTNER, Partner_Track__c: 'Open', Partners_Partner_Status__c: 'Expired' }),
          account(6, { ...PARTNER, Partner_Track__c: 'Technology' }),
          account(7, {
            Type: 'Customer',
            Partner_Track__c: 'Open',
            Partners_Partner_Status__c: 'Authorized',
          }),
        ],
      },
      global: {
        ...global,
        users: [],
        organizations: [
          // A customer's that has become a partner's.
          organization(12, 'Partner 2', {
            salesforce_id: idOf(2).slice(0, 15),
            account_type: 'customer',
            support_level: 'gold',
          }),
          // A customer's, with the name of a partner to be created.
          organization(14, 'PARTNER 4', { salesforce_id: idOf(40), account_type: 'customer' }),
          // A partner that is not authorized any more.
          organization(15, 'Partner 5', { salesforce_id: idOf(5), account_type: 'open_partner' }),
          // A customer: left alone.
          organization(17, 'Partner 7', { salesforce_id: idOf(7), account_type: 'customer' }),
        ],
      },
      usgov: { ...usgov, users: [], organizations: [] },
      overrides: '[]',
    },
    { allianceAccountId: ALLIANCE },
  )
  data = dataDirectory()
  const run = await runProgram(
    'cli/run-stage.ts',
    ['partner-sync', '--data-dir', data.path],
    sandbox.environment,
  )
  exitCode = run.exitCode
  bins = run.log.filter(({ msg }) => msg === 'ended').map(({ bin, exit_code }) => [bin, exit_code])
}, 30_000)
afterAll(() => sandbox?.close())

test('all bins of the stage run in order, and the worst exit code counts', () => {
  expect(bins).toEqual([
    ['salesforce', 0],
    ['zendesk', 0],
    ['compare', 0],
    ['sync', 4],
  ])
  expect(exitCode).toBe(4)
})

test('partners are the alliance account and authorized Open and Select accounts', () => {
  const partners = data.records('salesforce_accounts.json') ?? []
  expect(partners.map(({ salesforce_id, account_type }) => [salesforce_id, account_type])).toEqual([
    [ALLIANCE, 'alliance_partner'],
    [idOf(2), 'open_partner'],
    [idOf(3), 'select_partner'],
    [idOf(4), 'open_partner'],
  ])
})

test('if a customer has become a partner, an update changes its organization', () => {
  expect(data.records('zendesk_orgs.json')?.map(({ id }) => id)).toEqual([12, 15])
  expect(data.records('updates.json')).toMatchObject([
    { id: 12, changes: { account_type: { from: 'customer', to: 'open_partner' } } },
  ])
  expect(sandbox.global.organizations.table.get(12)?.organization_fields).toMatchObject({
    salesforce_id: idOf(2),
    account_type: 'open_partner',
    // Not an attribute of partners.
    support_level: 'gold',
  })
})

test('a former partner is marked, and customers are not', () => {
  expect(data.records('not_in_sync.json')?.map(({ id }) => id)).toEqual([15])
  const fields = (id: number) => sandbox.global.organizations.table.get(id)?.organization_fields
  expect(fields(15)?.mark_for_deletion).toBe(true)
  expect([fields(14)?.mark_for_deletion, fields(17)?.mark_for_deletion]).not.toContain(true)
})

test('a create with the name of a customer’s organization fails with both ids, and the others succeed', () => {
  const creates = data.records('sync_results.json')?.filter(({ action }) => action === 'create')
  expect(creates).toMatchObject([
    { key: ALLIANCE, status: 'written', http_status: 201 },
    { key: idOf(3), status: 'written', http_status: 201 },
    { key: idOf(4), status: 'failed', id: 14, http_status: 422, error: expect.stringContaining(idOf(40)) },
  ])
})

test('a checkbox that is a text in Zendesk stops the gather; the error names organization and attribute', async () => {
  sandbox.global.organizations.put({
    id: 99,
    name: 'Oddly Set Up',
    organization_fields: { account_type: 'open_partner', support_hold: 'maybe' },
  })
  const args = ['--data-dir', data.path]
  const run = await spawnBin('partner-sync', 'zendesk', args, sandbox.environment)
  sandbox.global.organizations.remove(99)
  expect(run.exitCode).toBe(2)
  expect(run.failure).toMatchObject({
    code: 'ORGANIZATION_INVALID',
    message: 'Zendesk Global: organization 99: support_hold has a value of the wrong type',
  })
})
