import { describe, expect, test } from 'vitest'
import {
  collectPartnerTypes,
  isPartnerType,
  type PartnerType,
  partnerAttributes,
  partnerFromSalesforce,
  partnerValues,
} from '../index.ts'
import { ACCOUNT_ID } from './account-builder.ts'

const ALLIANCE_ID = '0016100000ZzYyXAAV'
const ROW = {
  Account_ID_18__c: ACCOUNT_ID,
  Name: ' Partner Ltd ',
  Account_Owner_Calc__c: 'Olga Owner',
  Technical_Account_Manager_Name__c: null,
  Restricted_Account__c: 'Restricted Party',
  Solutions_Architect_Lookup__r: null,
  Partner_Track__c: 'Open',
  Support_Hold__c: null,
  Account_Risk_Level__c: 'At Risk - Escalated',
  Type: 'Partner',
  Partners_Partner_Status__c: 'Authorized',
}

function read(fields: Record<string, unknown>, allianceId = ALLIANCE_ID) {
  return partnerFromSalesforce(allianceId).parse({ ...ROW, ...fields })
}

test.each([
  ['Open', 'open_partner'],
  ['Select', 'select_partner'],
  ['open', null],
  ['Technology', null],
  ['constructor', null],
  [null, null],
])('track %j makes account_type %j', (track, account_type) => {
  expect(read({ Partner_Track__c: track }).account_type).toBe(account_type)
})

test('the alliance account is the alliance partner, with any track and either form of its id', () => {
  expect(read({ Account_ID_18__c: ALLIANCE_ID }).account_type).toBe('alliance_partner')
  expect(read({ Account_ID_18__c: ALLIANCE_ID }, ALLIANCE_ID.slice(0, 15)).account_type).toBe(
    'alliance_partner',
  )
  expect(read({ Account_ID_18__c: ALLIANCE_ID }, ALLIANCE_ID.toLowerCase()).account_type).toBe('open_partner')
})

test("a partner's object has exactly partner-sync's attributes", () => {
  expect(partnerValues(read({}), partnerAttributes())).toEqual({
    name: 'Partner Ltd',
    salesforce_id: ACCOUNT_ID,
    sfdc_short_id: ACCOUNT_ID.slice(0, 15),
    account_type: 'open_partner',
    account_owner: 'Olga Owner',
    technical_account_manager: null,
    solutions_architect: null,
    restricted_account: true,
    org_in_escalated_state: true,
    support_hold: false,
    mark_for_deletion: false,
  })
})

test.each<[string, boolean]>([
  ['alliance_partner', true],
  ['open_partner', true],
  ['select_partner', true],
  ['customer', false],
  ['former_customer', false],
  ['Open_partner', false],
  ['', false],
])('account_type %j is a partner’s: %j', (account_type, expected) => {
  expect(isPartnerType(account_type)).toBe(expected)
})

describe('among the organizations of one account', () => {
  const typesOf = (organizations: [salesforce_id: string | null, account_type: unknown][]) => {
    const partnerTypes = collectPartnerTypes()
    for (const [salesforce_id, account_type] of organizations)
      partnerTypes.add({ salesforce_id, account_type })
    return [...partnerTypes.finish()]
  }
  const strongest = (...types: PartnerType[]) => typesOf(types.map(type => [ACCOUNT_ID, type]))[0]?.[1]

  test("an alliance partner's comes before any other, in any order", () => {
    expect(strongest('alliance_partner', 'open_partner', 'select_partner')).toBe('alliance_partner')
    expect(strongest('open_partner', 'alliance_partner', 'select_partner')).toBe('alliance_partner')
    expect(strongest('open_partner', 'alliance_partner')).toBe('alliance_partner')
  })

  test('a single one counts', () => {
    expect(strongest('open_partner')).toBe('open_partner')
    expect(strongest('select_partner')).toBe('select_partner')
  })

  test("only partners' organizations with a salesforce_id count, in either form", () => {
    const short = ACCOUNT_ID.slice(0, 15)
    expect(
      typesOf([
        [null, 'open_partner'],
        [' ', 'open_partner'],
        [`${short} `, 'alliance_partner'],
        [ACCOUNT_ID, 'select_partner'],
        ['0016100000ZzYyXAAV', 'customer'],
      ]),
    ).toEqual([[short, 'alliance_partner']])
  })
})
