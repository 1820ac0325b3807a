import { expect, test } from 'vitest'
import { partnerAttributes, partnerFromSalesforce, partnerValues } from '../index.ts'
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

test('the alliance account is the alliance partner, whatever its track and the form of its id', () => {
  expect(read({ Account_ID_18__c: ALLIANCE_ID }).account_type).toBe('alliance_partner')
  expect(read({ Account_ID_18__c: ALLIANCE_ID }, ALLIANCE_ID.slice(0, 15)).account_type).toBe(
    'alliance_partner',
  )
  expect(read({ Account_ID_18__c: ALLIANCE_ID }, ALLIANCE_ID.toLowerCase()).account_type).toBe('open_partner')
})

test("a partner's object has partner-sync's attributes and no others", () => {
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
