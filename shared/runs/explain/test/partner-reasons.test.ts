import { expect, test } from 'vitest'
import { type Attribute, checkbox, partnerAttributes } from '../../../domain/index.ts'
import { partnerReason, valueText } from '../index.ts'

test.each([
  ['name', 'Salesforce: Name'],
  ['sfdc_short_id', 'Salesforce: Account_ID_18__c'],
  ['restricted_account', 'Salesforce: Restricted_Account__c'],
  ['org_in_escalated_state', 'Salesforce: Account_Risk_Level__c'],
  ['account_type', "Salesforce: Partner_Track__c, or the alliance's id"],
  ['mark_for_deletion', 'always for a partner'],
])('a partner’s %s: %s', (key, reason) => {
  expect(valueText(partnerReason({ key }))).toBe(reason)
})

test('every attribute of a partner except the mark comes from Salesforce', () => {
  const others = partnerAttributes().filter(({ key }) => key !== 'mark_for_deletion')
  for (const attribute of others) expect(valueText(partnerReason(attribute))).toMatch(/^Salesforce: \w/)
})

test('the reason for a new attribute comes from what it reads, not from its name', () => {
  const held: Attribute = {
    key: 'on_hold',
    kind: checkbox,
    instances: ['global'],
    customer: account => account.support_hold,
    partner: partner => partner.support_hold,
  }
  expect(partnerReason(held, [...partnerAttributes(), held])).toEqual({
    kind: 'salesforce',
    fields: ['Support_Hold__c'],
  })
})
