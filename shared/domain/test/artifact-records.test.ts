import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { addedFieldType } from '../field-types.ts'
import {
  ATTRIBUTES,
  accountSchema,
  attributesOf,
  attributeValues,
  checkbox,
  contactSchema,
  countResults,
  decimal,
  dropDown,
  gatheredUserSchema,
  instanceCreateSchema,
  instanceObjectSchema,
  organizationSchema,
  overrideSchema,
  planUsedSchema,
  type Result,
  resultSchema,
  type SyncObject,
  settledResults,
  text,
  unmappedChargeSchema,
  updateSchema,
  userCreateSchema,
  userOrganizationSchema,
  userUpdateSchema,
  withoutReplacedOwed,
  writeKey,
} from '../index.ts'
import { anAccount } from './account-builder.ts'
import { CHARGE_OF, must, objectOf } from './rules.ts'

const ACCOUNT = anAccount()
  .withSubscription(it => it.withCharge(CHARGE_OF.sm_premium))
  .withSubscription(it => it.withCharge(CHARGE_OF.usgov_12x5))
  .build()
const GLOBAL_OBJECT: SyncObject = { ...objectOf(ACCOUNT, 'global'), sold_tos: ['ada@tanuki.example'] }
const USGOV_OBJECT = objectOf(ACCOUNT, 'usgov')

/** The first attribute that a schema refuses; undefined if it accepts the record. */
function refusedFor(schema: z.ZodType, record: unknown): string | undefined {
  return schema.safeParse(record).error?.issues[0]?.path.join('.')
}

describe('an object artifact', () => {
  const global = instanceObjectSchema('global')
  const usgov = instanceObjectSchema('usgov')

  test('accepts the objects that the rules make', () => {
    expect(refusedFor(global, GLOBAL_OBJECT)).toBeUndefined()
    expect(refusedFor(usgov, USGOV_OBJECT)).toBeUndefined()
  })

  test.each<[string, unknown]>([
    ['salesforce_id', ''],
    ['salesforce_id', null],
    ['name', ''],
    ['support_level', null],
    ['support_level', 'platinum'],
    ['expiration_date', null],
    ['expiration_date', '2026-02-30'],
    ['aar', '1200'],
    ['support_hold', null],
    ['org_region', 'latam'],
    ['sold_tos', undefined],
    ['sold_tos', [null]],
  ])('refuses %s %j', (attribute, value) => {
    expect(refusedFor(global, { ...GLOBAL_OBJECT, [attribute]: value })).toMatch(new RegExp(`^${attribute}`))
  })

  test('of US Government has no sold_tos and no other attribute of Global', () => {
    expect(usgov.parse({ ...USGOV_OBJECT, sold_tos: [], sub_edu: true })).toEqual(USGOV_OBJECT)
  })
})

describe('a creates artifact', () => {
  const DECIDING = ['salesforce_id', 'sfdc_short_id', 'account_type', 'support_level', 'mark_for_deletion']
  const sides = [
    ['global', GLOBAL_OBJECT],
    ['usgov', USGOV_OBJECT],
  ] as const

  test.each(sides)('of %s accepts a whole object', (instance, object) => {
    expect(instanceCreateSchema(instance).parse(object)).toEqual(object)
  })

  test.each(sides)(
    'of %s may lack an attribute without a usable field, but no deciding one',
    (instance, object) => {
      const schema = instanceCreateSchema(instance)
      for (const { key } of attributesOf(instance)) {
        const isNeeded = key === 'name' || DECIDING.includes(key)
        const { [key]: _, ...without } = object
        expect(refusedFor(schema, without), key).toBe(isNeeded ? key : undefined)
      }
    },
  )

  test.each<[string, unknown]>([
    ['salesforce_id', ''],
    ['support_level', 'platinum'],
    ['expiration_date', '2026-02-30'],
    ['expiration_date', null],
    ['support_hold', null],
    ['sold_tos', undefined],
  ])('refuses %s %j', (attribute, value) => {
    const record = { ...GLOBAL_OBJECT, [attribute]: value }
    expect(refusedFor(instanceCreateSchema('global'), record)).toBe(attribute)
  })

  test('of US Government has no sold_tos', () => {
    expect(instanceCreateSchema('usgov').parse({ ...USGOV_OBJECT, sold_tos: [] })).toEqual(USGOV_OBJECT)
  })
})

test.each(ATTRIBUTES.map(({ key, kind }) => [key, kind.name] as const))(
  'the schema of %s accepts only a %s',
  key => {
    const attribute = must(ATTRIBUTES.find(one => one.key === key))
    const object = attribute.instances.includes('global') ? GLOBAL_OBJECT : USGOV_OBJECT
    expect(attributeValues({ ...object, notes: 'mine' }, [attribute])).toEqual({ [key]: object[key] })
    expect(() => attributeValues({ ...object, [key]: ['?'] }, [attribute])).toThrow()
  },
)

test('a record that lacks an attribute is refused', () => {
  for (const { key, kind } of ATTRIBUTES.filter(({ key }) => ['name', 'support_hold', 'aar'].includes(key)))
    expect(kind.schema.safeParse(undefined).success, key).toBe(false)
  const { support_hold: _, ...without } = GLOBAL_OBJECT
  expect(refusedFor(instanceObjectSchema('global'), without)).toBe('support_hold')
})

test('an added attribute is empty in an older record, and is still checked otherwise', () => {
  for (const [kind, empty] of [
    [text, null],
    [dropDown(['a']), null],
    [decimal, null],
    [checkbox, false],
  ] as const) {
    const added = addedFieldType(kind)
    for (const schema of [added.schema, added.current]) {
      expect(schema.parse(undefined)).toBe(empty)
      expect(schema.safeParse(['?']).success).toBe(false)
    }
  }
})

describe('an updates artifact', () => {
  const update = {
    id: 7,
    ...USGOV_OBJECT,
    changes: { name: { from: 'Old', to: 'New' }, support_hold: { from: null, to: false } },
  }

  test.each<[string, unknown]>([
    ['id', undefined],
    ['id', '7'],
    ['salesforce_id', ''],
    ['name', ''],
    ['changes', undefined],
    ['changes.name', { name: 'New' }],
    ['changes.name.to', { name: { from: 'Old', to: ['New'] } }],
  ])('refuses a record for its %s, %j', (attribute, value) => {
    const schema = updateSchema(attributesOf('usgov'))
    expect(schema.parse(update)).toEqual(update)
    const [key = ''] = attribute.split('.')
    expect(refusedFor(schema, { ...update, [key]: value })).toMatch(new RegExp(`^${attribute}`))
  })
})

describe('an update that only removes the mark', () => {
  const attributes = attributesOf('usgov')
  const empty = Object.fromEntries(attributes.map(({ key }) => [key, null]))
  const changes = { mark_for_deletion: { from: true, to: false } }
  const gathered = { ...empty, id: 7, name: '', salesforce_id: null, support_level: 'platinum', changes }

  test('may have the gathered organization as its record', () => {
    const record = { ...gathered, mark_for_deletion: true, notes: 'mine' }
    expect(updateSchema(attributes).parse(record)).toEqual(record)
  })

  test('still needs its id and name, and changes no attribute of the agents', () => {
    expect(refusedFor(updateSchema(attributes), { ...gathered, id: null })).toBe('id')
    expect(refusedFor(updateSchema(attributes), { ...gathered, name: null })).toBe('name')
  })

  test('any other update needs an object', () => {
    const more = { ...changes, name: { from: 'Old', to: '' } }
    expect(refusedFor(updateSchema(attributes), { ...gathered, changes: more })).toBeDefined()
    expect(refusedFor(updateSchema(attributes), { ...gathered, changes: {} })).toBeDefined()
  })
})

test('a gathered organization may lack an attribute without a usable field, but no deciding one', () => {
  const attributes = attributesOf('usgov')
  const empty = Object.fromEntries(attributes.map(({ key }) => [key, null]))
  const needed = ['salesforce_id', 'sfdc_short_id', 'account_type', 'support_level', 'mark_for_deletion']
  for (const { key } of attributes.filter(one => one.key !== 'name')) {
    const record: Record<string, unknown> = { ...empty, id: 7, name: 'X' }
    const { [key]: _, ...without } = record
    expect(refusedFor(organizationSchema(attributes), without), key).toBe(
      needed.includes(key) ? key : undefined,
    )
  }
})

test('a gathered organization needs its id and name; an agent may have entered anything elsewhere', () => {
  const schema = organizationSchema(attributesOf('global'))
  const empty = Object.fromEntries(attributesOf('global').map(({ key }) => [key, null]))
  const record = { ...empty, id: 7, name: '', salesforce_id: 'PRIORITY PROSPECT', support_level: 'platinum' }
  expect(schema.parse(record)).toEqual(record)
  expect(refusedFor(schema, { ...record, id: null })).toBe('id')
  expect(refusedFor(schema, { ...record, name: null })).toBe('name')
  expect(refusedFor(schema, { ...record, salesforce_id: 7 })).toBe('salesforce_id')
})

const USER = { id: 1, name: 'Ada', email: null, role: 'end-user', organization_id: null, not_in_sfdc: null }
const CONTACT = { name: 'Ada', email: 'ada@agency.example', organization_id: 10 }
const USER_UPDATE = {
  ...CONTACT,
  id: 1,
  not_in_sfdc: false,
  changes: { not_in_sfdc: { from: true, to: false } },
}
const UNMAPPED = { charge_name: 'New', accounts: 1, arr: 10.5, salesforce_ids: ['x'] }
const RESULT = {
  action: 'mark',
  key: 'x',
  id: null,
  status: 'skipped',
  http_status: null,
  code: null,
  error: null,
  attributes: [],
}

test.each<[string, z.ZodType, Record<string, unknown>, Record<string, unknown>]>([
  [
    'gathered user',
    gatheredUserSchema,
    USER,
    { id: 1.5, name: null, role: null, organization_id: 'x', not_in_sfdc: 'no' },
  ],
  [
    'organization of users',
    userOrganizationSchema,
    { id: 1, name: 'Bureau', salesforce_id: null, sfdc_short_id: null, mark_for_deletion: false },
    { id: 'x', name: null, salesforce_id: 7, sfdc_short_id: 7, mark_for_deletion: 'no' },
  ],
  [
    'line of plans.yml',
    planUsedSchema,
    { section: 'edu', charge_name: 'New' },
    { section: null, charge_name: null },
  ],
  ['contact', contactSchema, CONTACT, { name: '', email: '', organization_id: null }],
  ['user to create', userCreateSchema, { ...CONTACT, not_in_sfdc: false }, { email: '', not_in_sfdc: true }],
  [
    'user to update',
    userUpdateSchema,
    USER_UPDATE,
    { id: null, email: null, name: null, organization_id: null, not_in_sfdc: true },
  ],
  [
    'unmapped charge',
    unmappedChargeSchema,
    UNMAPPED,
    { charge_name: null, accounts: 0.5, arr: null, salesforce_ids: [1] },
  ],
  [
    'result',
    resultSchema,
    RESULT,
    {
      action: 'delete',
      key: null,
      id: 'x',
      status: 'done',
      http_status: '200',
      code: 1,
      error: 1,
      attributes: 'x',
    },
  ],
])(
  'a whole %s is accepted, and refused for each attribute of the wrong type',
  (_name, schema, record, wrong) => {
    expect(schema.parse(record)).toEqual(record)
    for (const [attribute, value] of Object.entries(wrong))
      expect(refusedFor(schema, { ...record, [attribute]: value })).toMatch(new RegExp(`^${attribute}`))
  },
)

test.each(['email', 'role', 'notes'])(
  'an update that would change the %s of a user is refused',
  attribute => {
    const changes = { [attribute]: { from: 'a', to: 'b' } }
    expect(refusedFor(userUpdateSchema, { ...USER_UPDATE, changes })).toBe(`changes.${attribute}`)
  },
)

test.each(['create', 'associate', 'update', 'mark', 'notify'])('a result may have the action %s', action => {
  for (const status of ['written', 'recognised', 'skipped', 'failed', 'owed'])
    expect(refusedFor(resultSchema, { ...RESULT, action, status })).toBeUndefined()
})

test.each<[string, z.ZodType, string]>([
  ['object', instanceObjectSchema('global'), 'salesforce_id'],
  ['object', instanceObjectSchema('global'), 'name'],
  ['contact', contactSchema, 'email'],
  ['account', accountSchema, 'salesforce_id'],
  ['override', overrideSchema, 'salesforce_id'],
])('an %s with an object that has a length instead of a text is refused (%#)', (_, schema, key) => {
  const hostile = JSON.parse('{ "length": { "toString": null } }')
  expect(schema.safeParse({ [key]: hostile }).error?.issues.map(({ path }) => path.join('.'))).toContain(key)
})

test('results are counted by action and status', () => {
  const failed = { ...RESULT, action: 'update', status: 'failed' } as const
  const written = { ...failed, status: 'written' } as const
  expect(countResults([failed, written, written])).toEqual({ update_failed: 1, update_written: 2 })
  expect(countResults([])).toEqual({})
})

describe('the final outcome of a write', () => {
  const result = (change: Partial<Result>): Result => ({
    ...RESULT,
    action: 'update',
    status: 'written',
    key: 'A',
    id: 1,
    ...change,
  })
  const written = result({})
  const givenUp = result({ status: 'failed', code: 'RESULT_UNKNOWN', error: 'the run was stopped' })
  const name = result({ status: 'failed', code: 'DuplicateValue', error: 'taken', attributes: ['name'] })

  test('the resuming run replaces what the interrupted run gave up', () => {
    expect(settledResults([givenUp, written])).toEqual([written])
    expect(settledResults([written, givenUp])).toEqual([givenUp])
  })

  test('a write stays written if a later run recognises it', () => {
    const created = result({ action: 'create' })
    const again = result({ action: 'create', status: 'recognised' })
    expect(settledResults([created, again, again])).toEqual([created])
    expect(settledResults([again, again])).toEqual([again])
  })

  test("a failed create's result may have the id of the record with its name; a later create's result replaces it", () => {
    const failed = result({ action: 'create', id: 7, status: 'failed', error: 'its name is taken' })
    const created = result({ action: 'create', id: 8 })
    expect(settledResults([failed, created])).toEqual([created])
  })

  test('the key of a user’s create is its record in creates.json, even if the next run finds a user', () => {
    const ofUser = (given: Partial<Result>) =>
      result({ action: 'create', key: 'creates.json record 3', id: null, ...given })
    const lost = ofUser({ status: 'failed', code: 'RESULT_UNKNOWN', error: 'the run was stopped' })
    const found = ofUser({ id: 70, status: 'recognised' })
    const second = ofUser({ id: 7, status: 'skipped', error: 'the address is a secondary one' })
    const update = result({ action: 'update', key: '7', id: 7 })
    expect(settledResults([lost, found])).toEqual([found])
    expect(settledResults([lost, second, update])).toEqual([second, update])
    expect(settledResults([ofUser({ id: 70 }), found])).toEqual([ofUser({ id: 70 })])
  })

  test('the failures of single attributes stay in the results until the whole record is written', () => {
    const region = { ...name, attributes: ['org_region'] }
    expect(settledResults([written, name, region])).toEqual([written, name, region])
    expect(settledResults([written, name, region, written])).toEqual([written])
  })

  test('a record of an older run gets a null code and no attributes', () => {
    const { code, attributes, ...older } = written
    expect(resultSchema.parse(older)).toEqual({ ...older, code: null, attributes: [] })
  })

  test('a Slack message that was owed and then sent is one record; a message that is still owed stays', () => {
    const owed = result({ action: 'notify', status: 'owed' })
    const sent = result({ action: 'notify' })
    const other = result({ action: 'notify', status: 'owed', key: 'another' })
    expect(withoutReplacedOwed([owed, other, sent])).toEqual([other, sent])
  })

  test('other actions, keys and users are other writes', () => {
    const others = [written, result({ key: 'B' }), result({ id: 2 }), result({ action: 'mark' })]
    expect(settledResults(others)).toEqual(others)
  })
})

test('the key of a write to an organization is its salesforce_id, or else its Zendesk id', () => {
  expect(writeKey({ id: 7, salesforce_id: ACCOUNT.salesforce_id })).toBe(ACCOUNT.salesforce_id)
  expect(writeKey({ id: 7, salesforce_id: null })).toBe('organization 7')
})
