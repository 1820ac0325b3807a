import { account, dataDirectory, gatheredOrganization, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { describe, expect, test } from 'vitest'

const ONE = '001000000000001AAA'
const TWO = '001000000000002AAA'

type Given = {
  global?: Record<string, unknown>[] | null
  usgov?: Record<string, unknown>[] | null
  accounts?: unknown[]
  environment?: Record<string, string>
}

async function processor({ global = [], usgov = [], accounts, environment = {} }: Given) {
  const data = dataDirectory({
    'salesforce_accounts.json': accounts ?? [account(ONE), account(TWO)],
    ...(global ? { 'zendesk_global.json': [gatheredOrganization('global', 1), ...global] } : {}),
    ...(usgov ? { 'zendesk_usgov.json': [gatheredOrganization('usgov', 1), ...usgov] } : {}),
    'overrides.yml': '[]',
  })
  const args = ['--data-dir', data.path, '--today', '2026-11-23', '--overrides', `${data.path}/overrides.yml`]
  const run = await spawnBin('processor', 'processor', args, environment)
  const idsIn = (name: string) => data.records(name)?.map(({ salesforce_id }) => salesforce_id)
  return { ...run, data, idsIn, warnings: data.summary('processor.processor')?.warnings }
}

function partnerOrganization(id: number, salesforce_id: string, account_type: string) {
  return gatheredOrganization('global', id, { salesforce_id, account_type })
}

describe.concurrent('which account is the alliance partner', () => {
  test('the account of ALLIANCE_ACCOUNT_ID has no Global object, even without an organization of that type', async () => {
    const { idsIn, exitCode, warnings } = await processor({ environment: { ALLIANCE_ACCOUNT_ID: ONE } })
    expect({ exitCode, ids: idsIn('global_accounts.json'), warnings }).toEqual({
      exitCode: 0,
      ids: [TWO],
      warnings: [],
    })
  })

  test("an organization's type alone does not make an alliance partner: its account is a customer, with a warning", async () => {
    const { idsIn, warnings } = await processor({
      global: [
        partnerOrganization(5, TWO, 'alliance_partner'),
        partnerOrganization(6, ONE, 'alliance_partner'),
      ],
      environment: { ALLIANCE_ACCOUNT_ID: ONE },
    })
    expect(idsIn('global_accounts.json')).toEqual([TWO])
    expect(warnings).toMatchObject([{ code: 'PARTNER_IS_CUSTOMER', keys: [TWO] }])
  })

  test('without ALLIANCE_ACCOUNT_ID, an organization of the alliance type that belongs to an account stops the processor', async () => {
    const { exitCode, failure, data } = await processor({
      global: [partnerOrganization(5, TWO.slice(0, 15), 'alliance_partner')],
    })
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'ALLIANCE_NOT_SET' })
    expect(failure.message).toContain(TWO)
    expect(data.has('doubts.json')).toBe(false)
  })

  test('an organization of that type without an account in the artifact does not count', async () => {
    const { exitCode, idsIn } = await processor({
      global: [partnerOrganization(5, '001000000000009AAA', 'alliance_partner')],
    })
    expect({ exitCode, ids: idsIn('global_accounts.json') }).toEqual({ exitCode: 0, ids: [ONE, TWO] })
  })
})

describe.concurrent('an instance whose organizations were not gathered', () => {
  const vanished = account(ONE, { type: 'Customer', arr: 900, subs: [], charges: [] })
  const promised = (instance: 'global' | 'usgov') =>
    gatheredOrganization(instance, 7, {
      salesforce_id: null,
      sfdc_short_id: ONE.slice(0, 15),
      expiration_date: '2026-11-08',
    })

  test('both instances of an account whose charges have vanished are in doubt', async () => {
    const { exitCode, data } = await processor({
      accounts: [vanished],
      global: [promised('global')],
      usgov: [promised('usgov')],
    })
    expect(exitCode).toBe(0)
    expect(data.records('doubts.json')).toEqual([
      { salesforce_id: ONE, instances: ['global', 'usgov'], reason: 'vanished', charge_names: [], arr: 900 },
    ])
  })

  test('is named in a warning, ends with 4, and all artifacts are written', async () => {
    const { exitCode, data, warnings } = await processor({
      accounts: [vanished],
      global: [promised('global')],
      usgov: null,
    })
    expect(exitCode).toBe(4)
    expect(warnings).toMatchObject([{ code: 'NOT_GATHERED', keys: ['usgov'] }])
    expect(data.records('doubts.json')).toMatchObject([{ instances: ['global'] }])
    expect(data.records('usgov_accounts.json')).toEqual([])
  })
})
