import { type Sandbox, startSandbox } from '@support-sync/fixtures/sandbox'
import { emptySalesforce, smallWorld } from '@support-sync/fixtures/world'
import { attributesOf, byInstance } from '@support-sync/shared/domain'
import { type DataDirectory, dataDirectory, spawnBin } from '@support-sync/shared/runtime/bin/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const SALESFORCE_ID = '0016100000AbCdEAAV'

/** Organizations as an agent, an import or another program may have left them. */
const UNTIDY = {
  salesforce_id: ` ${SALESFORCE_ID}\t`,
  sfdc_short_id: '',
  account_type: ' customer ',
  support_level: 'Platinum Plus',
  expiration_date: 'next spring',
  account_owner: '  ',
  technical_account_manager: ' Tom  Manager ',
  support_hold: null,
  org_in_escalated_state: true,
}
const EMPTY = {
  salesforce_id: null,
  sfdc_short_id: null,
  account_type: null,
  support_level: null,
  expiration_date: null,
  account_owner: null,
  technical_account_manager: null,
  solutions_architect: null,
  restricted_account: false,
  org_in_escalated_state: false,
  support_hold: false,
  sub_sm_ultimate: false,
  sub_sm_premium: false,
  sub_gitlab_dedicated: false,
  sub_ss_ase: false,
  sub_consumption_duo_premium: false,
  sub_consumption_duo_enterprise: false,
  sub_consumption_duo_amazon_q: false,
  mark_for_deletion: false,
}
const TIDY = {
  ...EMPTY,
  salesforce_id: SALESFORCE_ID,
  account_type: 'customer',
  support_level: 'Platinum Plus',
  expiration_date: 'next spring',
  technical_account_manager: 'Tom  Manager',
  org_in_escalated_state: true,
}
const AGENTS_OWN = {
  notes: 'call first',
  details: 'big',
  tags: ['vip'],
  domain_names: ['tanuki.example'],
}
const ODD_IDS = ['PRIORITY PROSPECT', SALESFORCE_ID, SALESFORCE_ID.slice(0, 15), ' ', null]

let sandbox: Sandbox
let global: DataDirectory
let usgov: DataDirectory

beforeAll(async () => {
  const world = smallWorld('2026-11-23')
  sandbox = await startSandbox(
    {
      ...world,
      salesforce: emptySalesforce(),
      global: {
        ...world.global,
        organizations: [
          {
            id: 11,
            name: ' Tanuki Inc ',
            organization_fields: { ...UNTIDY, aar: 1200.5, seats_decimal: null, assigned_se: 'Sam' },
            ...AGENTS_OWN,
          },
          ...ODD_IDS.map((salesforce_id, index) => ({
            id: 21 + index,
            name: `Odd ${index}`,
            organization_fields: { salesforce_id },
          })),
        ],
      },
      usgov: {
        ...world.usgov,
        organizations: [
          {
            id: 12,
            name: 'Bureau',
            organization_fields: { ...UNTIDY, arr: ' 1200.50 ', number_of_seats: 0 },
          },
        ],
      },
    },
    { zendesk: { maxPageSize: 2 } },
  )
  global = await gathered('gather_global')
  usgov = await gathered('gather_us_government')
})
afterAll(() => sandbox.close())

async function gathered(bin: string): Promise<DataDirectory> {
  const data = dataDirectory()
  const { exitCode, failure } = await spawnBin('orgs', bin, ['--data-dir', data.path], sandbox.environment)
  expect({ exitCode, failure: failure.message }).toEqual({ exitCode: 0, failure: '' })
  return data
}

/** Every attribute, never set. */
const BLANK = byInstance(instance =>
  Object.fromEntries(attributesOf(instance).map(({ key, kind }) => [key, kind.fromZendesk.parse(null)])),
)

describe("an organization is gathered flat, with exactly its instance's attributes", () => {
  test('on Global', () => {
    expect(global.records('zendesk_global.json')?.[0]).toEqual({
      ...BLANK.global,
      id: 11,
      name: 'Tanuki Inc',
      ...TIDY,
      aar: 1200.5,
      sales_segmentation: null,
      org_region: null,
      seats_decimal: null,
      sub_dotcom_ultimate: false,
      sub_dotcom_premium: false,
      sub_edu: false,
      sub_oss: false,
      sub_community_other: false,
      sub_consumption_cicd_minutes: false,
      sub_consumption_storage: false,
      sub_consumption_eap: false,
      sub_ss_growth: false,
      sub_ss_enterprise: false,
    })
  })

  test('on US Government', () => {
    expect(usgov.records('zendesk_usgov.json')).toEqual([
      {
        ...BLANK.usgov,
        id: 12,
        name: 'Bureau',
        ...TIDY,
        arr: 1200.5,
        market_segment: null,
        number_of_seats: 0,
        sub_usgov_12x5: false,
        sub_usgov_24x7: false,
        emergency_support_24x7: false,
      },
    ])
  })
})

test('every organization of every page is gathered, with any text in salesforce_id', () => {
  const records = global.records('zendesk_global.json') ?? []
  expect(records.map(({ id, salesforce_id }) => [id, salesforce_id])).toEqual([
    [11, SALESFORCE_ID],
    [21, 'PRIORITY PROSPECT'],
    [22, SALESFORCE_ID],
    [23, SALESFORCE_ID.slice(0, 15)],
    [24, null],
    [25, null],
  ])
  expect(global.summary('orgs.gather_global').records_out).toEqual({ 'zendesk_global.json': 6 })
})

test('each bin calls its own instance, and only reads', () => {
  expect(usgov.has('zendesk_global.json')).toBe(false)
  expect(global.has('zendesk_usgov.json')).toBe(false)
  expect([...sandbox.global.controls.writes, ...sandbox.usgov.controls.writes]).toEqual([])
})

test('a number field with a text stops the gather without an artifact; the error names organization and attribute', async () => {
  const data = dataDirectory()
  sandbox.usgov.organizations.put({ id: 13, name: 'Wordy', organization_fields: { arr: 'plenty' } })
  const run = await spawnBin('orgs', 'gather_us_government', ['--data-dir', data.path], sandbox.environment)
  sandbox.usgov.organizations.remove(13)
  expect({ exitCode: run.exitCode, code: run.failure.code }).toEqual({
    exitCode: 2,
    code: 'ORGANIZATION_INVALID',
  })
  expect(run.failure.message).toBe(
    'Zendesk US Government: organization 13: arr has a value of the wrong type',
  )
  expect(data.has('zendesk_usgov.json')).toBe(false)
})
