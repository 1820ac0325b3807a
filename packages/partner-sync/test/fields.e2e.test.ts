import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { emptySalesforce, smallWorld } from '@support-sync/fixtures/world'
import { partnerAttributes } from '@support-sync/shared/domain'
import { dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { afterEach, beforeEach, expect, test } from 'vitest'

const ID = '001000000000001AAA'
const EMPTY = partnerAttributes().map(({ key, kind }) => [key, kind.name === 'checkbox' ? false : null])
const PARTNER = {
  ...Object.fromEntries(EMPTY),
  salesforce_id: ID,
  sfdc_short_id: ID.slice(0, 15),
  name: 'Partner',
  account_type: 'open_partner',
  account_owner: 'Ada',
}

let sandbox: Sandbox
beforeEach(async () => {
  const world = smallWorld('2026-11-23')
  const organization_fields = { salesforce_id: ID, account_type: 'open_partner' }
  const global = { ...world.global, organizations: [{ id: 1, name: 'Partner', organization_fields }] }
  sandbox = await startSandbox({ ...world, salesforce: emptySalesforce(), global })
})
afterEach(() => sandbox.close())

async function run() {
  const data = dataDirectory({ 'salesforce_accounts.json': [PARTNER] })
  const args = ['--data-dir', data.path]
  const gather = await spawnBin('partner-sync', 'zendesk', args, sandbox.environment)
  const compare = () => spawnBin('partner-sync', 'compare', args)
  return { data, gather, compare }
}

test('a partner’s attribute without a field gives a warning, and is neither compared nor sent', async () => {
  sandbox.global.organizationFields.remove('account_owner')
  const { data, gather, compare } = await run()
  expect(gather.exitCode).toBe(4)
  const { warnings } = data.summary('partner-sync.zendesk')
  expect(warnings).toMatchObject([{ code: 'FIELDS_CHANGED', keys: ['account_owner'] }])
  expect(data.records('zendesk_orgs.json')?.[0]).not.toHaveProperty('account_owner')
  expect((await compare()).exitCode).toBe(0)
  const [update] = data.records('updates.json') ?? []
  expect(update?.changes).toEqual({ sfdc_short_id: { from: null, to: ID.slice(0, 15) } })
})

test('a missing option of account_type stops the gather: partners would lose their type', async () => {
  sandbox.global.organizationFields.removeOption('account_type', 'open_partner')
  const { data, gather } = await run()
  expect(gather.exitCode).toBe(2)
  expect(gather.failure).toMatchObject({ code: 'FIELDS_CHANGED' })
  expect(data.has('zendesk_orgs.json')).toBe(false)
})

test('a field that partners do not have is ignored', async () => {
  sandbox.global.organizationFields.remove('support_level')
  expect((await run()).gather.exitCode).toBe(0)
})
