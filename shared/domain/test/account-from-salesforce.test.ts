import { describe, expect, test } from 'vitest'
import { addedColumn, checkboxColumn, numberColumn, readerOf, schemaOf, textColumn } from '../columns.ts'
import { ACCOUNT_COLUMNS, accountFromSalesforce, accountSchema, selectList } from '../index.ts'
import { ACCOUNT_ID } from './account-builder.ts'

const ROW = {
  ...Object.fromEntries(
    selectList(ACCOUNT_COLUMNS)
      .split(', ')
      .map(field => [field, null]),
  ),
  Account_ID_18__c: ACCOUNT_ID,
  Name: 'Tanuki Inc',
  CARR_This_Account__c: 1200,
  Type: 'Customer',
  Ultimate_Parent_Sales_Segment_Employees__c: 'Large',
  Account_Owner_Calc__c: 'Olga Owner',
  Technical_Account_Manager_Name__c: 'Tom Manager',
  Restricted_Account__c: null,
  Solutions_Architect_Lookup__r: { Name: 'Sara Architect' },
  Account_Demographics_Geo__c: 'EMEA',
  Account_Demographics_Region__c: 'AMER',
  Latest_Sold_To_Contact__r: { Email: 'Ada@tanuki.example', Name: 'Ada' },
  Partner_Track__c: 'Open',
  Partners_Partner_Type__c: 'Channel',
  Support_Hold__c: true,
  Account_Risk_Level__c: null,
  Support_Instance__c: null,
  Zuora__Subscriptions__r: null,
  Zuora__R00N40000001lGjTEAU__r: null,
}
const SUBSCRIPTION_ROW = {
  Id: 'a0R1',
  Name: 'A-S1',
  Subscription_ID_18__c: 'a0S1',
  Zuora__Status__c: 'Active',
  Zuora__SubscriptionStartDate__c: '2025-02-01',
  Zuora__SubscriptionEndDate__c: '2027-01-31',
  Sold_To_Email__c: 'ada@tanuki.example',
}
const CHARGE_ROW = {
  Id: 'a0C1',
  Name: 'C-1',
  Zuora__SubscriptionRatePlanChargeName__c: 'Gold - 1 Year',
  Zuora__Subscription__c: 'a0S1',
  Zuora__EffectiveStartDate__c: '2025-02-01',
  Zuora__EffectiveEndDate__c: '2027-01-31',
  Zuora__Quantity__c: 12.5,
}

function read(fields: Record<string, unknown>) {
  return accountFromSalesforce.parse({ ...ROW, ...fields })
}

test('every attribute comes from its field, and the account fits the artifact', () => {
  const account = read({
    Zuora__Subscriptions__r: [SUBSCRIPTION_ROW],
    Zuora__R00N40000001lGjTEAU__r: [CHARGE_ROW],
  })
  expect(account).toEqual({
    salesforce_id: ACCOUNT_ID,
    name: 'Tanuki Inc',
    arr: 1200,
    type: 'Customer',
    sales_segment: 'large',
    account_owner: 'Olga Owner',
    technical_account_manager: 'Tom Manager',
    restricted: false,
    solutions_architect: 'Sara Architect',
    region: 'EMEA',
    sold_to_name: 'Ada',
    sold_to_email: 'Ada@tanuki.example',
    partner_track: 'Open',
    partner_type: 'Channel',
    support_hold: true,
    escalated: false,
    exception: false,
    subs: [
      {
        id: 'a0R1',
        name: 'A-S1',
        subscription_id: 'a0S1',
        status: 'Active',
        start_date: '2025-02-01',
        end_date: '2027-01-31',
        sold_to_email: 'ada@tanuki.example',
      },
    ],
    charges: [
      {
        id: 'a0C1',
        name: 'C-1',
        charge_name: 'Gold - 1 Year',
        subscription_id: 'a0S1',
        start_date: '2025-02-01',
        end_date: '2027-01-31',
        quantity: 12.5,
      },
    ],
  })
  expect(accountSchema.parse(account)).toEqual(account)
})

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['a name is trimmed', { Name: ' Tanuki Inc\t' }, { name: 'Tanuki Inc' }],
  ['arr is rounded to 2 decimals', { CARR_This_Account__c: 10.005 }, { arr: 10.01 }],
  ['arr may be below 0', { CARR_This_Account__c: -10.006 }, { arr: -10.01 }],
  ['arr null is 0', { CARR_This_Account__c: null }, { arr: 0 }],
  [
    'a segment is in lower case',
    { Ultimate_Parent_Sales_Segment_Employees__c: 'Mid-Market' },
    { sales_segment: 'mid-market' },
  ],
  [
    'an empty segment is unknown',
    { Ultimate_Parent_Sales_Segment_Employees__c: '' },
    { sales_segment: 'unknown' },
  ],
  [
    'a segment null is unknown',
    { Ultimate_Parent_Sales_Segment_Employees__c: null },
    { sales_segment: 'unknown' },
  ],
  ['a Restricted Party is restricted', { Restricted_Account__c: 'Restricted Party' }, { restricted: true }],
  [
    'a spelling variant is restricted too',
    { Restricted_Account__c: 'restricted party' },
    { restricted: true },
  ],
  ['any other value is not restricted', { Restricted_Account__c: 'Not Restricted' }, { restricted: false }],
  ['null is not restricted', { Restricted_Account__c: null }, { restricted: false }],
  ['no architect is null', { Solutions_Architect_Lookup__r: null }, { solutions_architect: null }],
  [
    'no sold-to contact is null',
    { Latest_Sold_To_Contact__r: null },
    { sold_to_name: null, sold_to_email: null },
  ],
  ['support_hold null is false', { Support_Hold__c: null }, { support_hold: false }],
  ['support_hold false is false', { Support_Hold__c: false }, { support_hold: false }],
  ['an escalated account', { Account_Risk_Level__c: 'At Risk - Escalated' }, { escalated: true }],
  ['an account at risk is not escalated', { Account_Risk_Level__c: 'At Risk' }, { escalated: false }],
  ['an exception', { Support_Instance__c: 'federal-support' }, { exception: true }],
  ['a spelling variant is an exception too', { Support_Instance__c: 'Federal-Support' }, { exception: true }],
  ['another support instance is no exception', { Support_Instance__c: 'commercial' }, { exception: false }],
  ['child sets null are empty', { Zuora__Subscriptions__r: null }, { subs: [], charges: [] }],
])('%s', (_rule, fields, attributes) => {
  expect(read(fields)).toMatchObject(attributes)
})

test.each([
  ['AMER', 'EMEA', 'AMER'],
  ['APJ', null, 'APJ'],
  ['EMEA', 'nowhere', 'EMEA'],
  ['LATAM', 'AMER', 'AMER'],
  [null, 'APJ', 'APJ'],
  ['emea', 'EMEA', 'EMEA'],
  ['EMEA ', null, 'EMEA'],
  ['LATAM', '\u00a0APJ', 'APJ'],
  ['LATAM', 'LATAM', null],
  [null, null, null],
])(
  'a region is the geo %j, or else the region %j, if it is one of the three: %j',
  (geo, region, expected) => {
    const fields = { Account_Demographics_Geo__c: geo, Account_Demographics_Region__c: region }
    expect(read(fields).region).toBe(expected)
  },
)

test.each([
  ['null is 0', null, 0],
  ['is not rounded: seats are rounded once, at the end', 2.001, 2.001],
])('a quantity %s', (_rule, quantity, expected) => {
  const account = read({ Zuora__R00N40000001lGjTEAU__r: [{ ...CHARGE_ROW, Zuora__Quantity__c: quantity }] })
  expect(account.charges).toMatchObject([{ quantity: expected }])
})

describe('a row that would give a wrong account is refused, and the error names the attribute', () => {
  const without = (field: string) => Object.fromEntries(Object.entries(ROW).filter(([key]) => key !== field))

  test.each<[string, unknown, string]>([
    ['no id', { ...ROW, Account_ID_18__c: null }, 'salesforce_id'],
    ['an empty name', { ...ROW, Name: ' ' }, 'name'],
    ['arr as text', { ...ROW, CARR_This_Account__c: '1200' }, 'arr'],
    ['an answer without a field of the query', without('Support_Hold__c'), 'support_hold'],
    ['an answer without a child set', without('Zuora__Subscriptions__r'), 'Zuora__Subscriptions__r'],
    ['an architect without name', { ...ROW, Solutions_Architect_Lookup__r: {} }, 'solutions_architect'],
    ['an architect as text', { ...ROW, Solutions_Architect_Lookup__r: 'Sara' }, 'solutions_architect'],
    [
      'an answer without a record of the query',
      without('Solutions_Architect_Lookup__r'),
      'solutions_architect',
    ],
    [
      'a charge without end date',
      { ...ROW, Zuora__R00N40000001lGjTEAU__r: [{ ...CHARGE_ROW, Zuora__EffectiveEndDate__c: null }] },
      'Zuora__R00N40000001lGjTEAU__r.0.end_date',
    ],
    [
      'a charge that ends on no day',
      {
        ...ROW,
        Zuora__R00N40000001lGjTEAU__r: [{ ...CHARGE_ROW, Zuora__EffectiveEndDate__c: '2027-02-30' }],
      },
      'Zuora__R00N40000001lGjTEAU__r.0.end_date',
    ],
  ])('%s', (_what, row, attribute) => {
    const { error } = accountFromSalesforce.safeParse(row)
    expect(error?.issues.map(issue => issue.path.join('.'))).toEqual([attribute])
  })
})

test('one error lists everything that is wrong with a row', () => {
  const { error } = accountFromSalesforce.safeParse({
    ...ROW,
    Name: '',
    Zuora__R00N40000001lGjTEAU__r: [{ ...CHARGE_ROW, Id: null, Zuora__EffectiveEndDate__c: 'soon' }],
  })
  expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    'name: expected a text that is not empty',
    'Zuora__R00N40000001lGjTEAU__r.0.id: Invalid input: expected string, received null',
    'Zuora__R00N40000001lGjTEAU__r.0.end_date: expected a calendar date, YYYY-MM-DD',
  ])
})

test.each([null, undefined, 'row', 7, [[ROW]]])('an answer of %j instead of a row is refused', row => {
  const { error } = readerOf(ACCOUNT_COLUMNS).safeParse(row)
  expect(error?.issues.map(({ message }) => message)).toEqual(['expected a record'])
})

test('an added column is empty in an older account that lacks it, and is still checked otherwise', () => {
  const columns = {
    said: addedColumn(textColumn('Said__c')),
    hold: addedColumn(checkboxColumn('Hold__c')),
    worth: addedColumn(numberColumn('Worth__c', 'two decimals')),
    region: addedColumn(ACCOUNT_COLUMNS.region),
  }
  const schema = schemaOf(columns)
  expect(schema.parse({})).toEqual({ said: null, hold: false, worth: 0, region: null })
  expect(schema.safeParse({ worth: '7' }).error?.issues[0]?.path).toEqual(['worth'])
  expect(readerOf(columns).safeParse({ Said__c: 'yes', Hold__c: true }).success).toBe(false)
})

test('the query asks for each field once', () => {
  expect(selectList(ACCOUNT_COLUMNS).split(', ').sort()).toEqual(
    [
      'Account_ID_18__c',
      'Name',
      'CARR_This_Account__c',
      'Type',
      'Ultimate_Parent_Sales_Segment_Employees__c',
      'Account_Owner_Calc__c',
      'Technical_Account_Manager_Name__c',
      'Restricted_Account__c',
      'Solutions_Architect_Lookup__r.Name',
      'Account_Demographics_Geo__c',
      'Account_Demographics_Region__c',
      'Latest_Sold_To_Contact__r.Email',
      'Latest_Sold_To_Contact__r.Name',
      'Partner_Track__c',
      'Partners_Partner_Type__c',
      'Support_Hold__c',
      'Account_Risk_Level__c',
      'Support_Instance__c',
    ].sort(),
  )
})
