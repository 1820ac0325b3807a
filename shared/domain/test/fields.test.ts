import { describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../runtime/errors/index.ts'
import {
  attributesOf,
  checkbox,
  checkFields,
  customFields,
  type DeclaredField,
  decimal,
  dropDown,
  type FieldType,
  fieldChanges,
  fieldChangeText,
  fieldTitle,
  INSTANCES,
  type Instance,
  integer,
  isDeciding,
  text,
} from '../index.ts'
import { expectedErrorOf, must } from './rules.ts'

const DECIDING = ['salesforce_id', 'sfdc_short_id', 'account_type', 'support_level', 'mark_for_deletion']
/** Zendesk's name of each field type. */
const TYPE_OF: Readonly<Record<FieldType['name'], string>> = {
  text: 'text',
  'drop-down': 'dropdown',
  checkbox: 'checkbox',
  decimal: 'decimal',
  integer: 'integer',
}

/** A field as Zendesk should declare it. */
function declared(key: string, kind: FieldType, given: Partial<DeclaredField> = {}): DeclaredField {
  return { id: 7, key, type: TYPE_OF[kind.name], active: true, options: kind.options, ...given }
}

/** All fields of an instance; one of them is changed as given, or missing. */
function allBut(instance: Instance, key: string, given: Partial<DeclaredField> | null): DeclaredField[] {
  return attributesOf(instance).flatMap(one => {
    if (one.key === 'name') return []
    if (one.key !== key) return [declared(one.key, one.kind)]
    return given ? [declared(one.key, one.kind, given)] : []
  })
}

/** The ways in which a field can be unusable. */
const BROKEN: readonly [string, Partial<DeclaredField> | null][] = [
  ['missing', null],
  ['inactive', { active: false }],
  ['of another type', { type: 'regexp' }],
]

describe.each(INSTANCES)('the check before a gather of %s', instance => {
  const attributes = attributesOf(instance)

  test('it reads every attribute without a warning if all fields are there', () => {
    expect(checkFields(instance, attributes, allBut(instance, 'name', null))).toEqual({
      attributes,
      warning: null,
    })
  })

  test.each(DECIDING.flatMap(key => BROKEN.map(([what, given]) => ({ key, what, given }))))(
    'it stops with exit code 2 if $key is $what',
    ({ key, given }) => {
      const problem = expectedErrorOf(() => checkFields(instance, attributes, allBut(instance, key, given)))
      expect(problem).toMatchObject({ code: 'FIELDS_CHANGED', message: expect.stringContaining(key) })
      expect(exitCodeOf(problem)).toBe(2)
    },
  )

  test.each([
    ['support_level', 'gold'],
    ['support_level', 'expired'],
    ['account_type', 'former_customer'],
  ])('it stops with exit code 2 if %s lacks the option %s', (key, option) => {
    const { kind } = must(attributes.find(one => one.key === key))
    const options = kind.options.filter(one => one !== option)
    const problem = expectedErrorOf(() =>
      checkFields(instance, attributes, allBut(instance, key, { options })),
    )
    expect(problem).toMatchObject({ code: 'FIELDS_CHANGED', message: expect.stringContaining(option) })
    expect(exitCodeOf(problem)).toBe(2)
  })

  test.each(BROKEN)('it continues without any other attribute that is %s, and names it', (_what, given) => {
    const others = customFields(attributes).filter(({ key }) => !DECIDING.includes(key))
    expect(others.length).toBeGreaterThan(0)
    for (const { key } of others) {
      const { attributes: left, warning } = checkFields(instance, attributes, allBut(instance, key, given))
      expect(left).toEqual(attributes.filter(one => one.key !== key))
      expect(warning).toMatchObject({
        code: 'FIELDS_CHANGED',
        keys: [key],
        message: expect.stringContaining(key),
      })
    }
  })
})

test('it continues without a drop-down that lacks an option', () => {
  const fields = allBut('global', 'org_region', { options: ['amer', 'emea'] })
  const { attributes, warning } = checkFields('global', attributesOf('global'), fields)
  expect(attributes.map(({ key }) => key)).not.toContain('org_region')
  expect(warning).toEqual({
    code: 'FIELDS_CHANGED',
    keys: ['org_region'],
    message:
      'Zendesk Global: fields have changed; the run continues without them: org_region has no option with the tag apj',
  })
})

test('one error names all deciding fields that have changed, and no others', () => {
  const attributes = attributesOf('usgov')
  const { message } = expectedErrorOf(() =>
    checkFields('usgov', attributes, [declared('salesforce_id', text)]),
  )
  for (const key of DECIDING) expect(message.includes(`${key} is missing`), key).toBe(key !== 'salesforce_id')
  expect(message).not.toContain('arr')
})

test('a gather that needs every field stops if any field is missing', () => {
  const needed = [{ key: 'not_in_sfdc', kind: checkbox }]
  expect(isDeciding({ key: 'not_in_sfdc' })).toBe(false)
  const problem = expectedErrorOf(() => checkFields('usgov', needed, [], () => true))
  expect(exitCodeOf(problem)).toBe(2)
  expect(problem.code).toBe('FIELDS_CHANGED')
})

test('the name is not a custom field: an instance need not declare it', () => {
  expect(customFields([{ key: 'name' }, { key: 'arr' }])).toEqual([{ key: 'arr' }])
  expect(checkFields('global', [{ key: 'name', kind: text }], [])).toMatchObject({ warning: null })
})

test('fields and options that the sync does not need are ignored', () => {
  const kind = dropDown(['amer', 'emea'])
  const fields = [
    declared('org_region', kind, { options: ['emea', 'latam', 'amer'] }),
    declared('assigned_se', text, { active: false }),
  ]
  expect(fieldChanges([{ key: 'org_region', kind }], fields)).toEqual([])
})

test.each<[FieldType, string]>([
  [text, 'textarea'],
  [dropDown(['a']), 'tagger'],
])('a field for $name may be a %s, which has the same values', (kind, type) => {
  expect(fieldChanges([{ key: 'x', kind }], [declared('x', kind, { type })])).toEqual([])
})

test.each<[string, FieldType, Partial<DeclaredField> | null, object, string]>([
  ['missing', text, null, { change: 'missing' }, 'x is missing'],
  ['inactive', checkbox, { active: false }, { change: 'inactive', id: 7 }, 'x is inactive'],
  [
    'a text where a number belongs',
    decimal,
    { type: 'text' },
    { change: 'type', type: 'text' },
    'x has the type text; it must be decimal',
  ],
  [
    'a decimal where a whole number belongs',
    integer,
    { type: 'decimal' },
    { change: 'type', type: 'decimal' },
    'x has the type decimal; it must be integer',
  ],
  [
    'a text where a drop-down belongs',
    dropDown(['a']),
    { type: 'text', options: [] },
    { change: 'type', type: 'text' },
    'x has the type text; it must be dropdown',
  ],
  [
    'without two options',
    dropDown(['a', 'b', 'c']),
    { options: ['b'] },
    { change: 'options', id: 7, missing: ['a', 'c'] },
    'x has no options with the tags a, c',
  ],
  // You cannot change the type of a field, only create a new one, so no other difference matters.
  [
    'of another type and inactive',
    text,
    { type: 'date', active: false },
    { change: 'type', type: 'date' },
    'x has the type date; it must be text',
  ],
])('a field that is %s is reported as such', (_what, kind, given, change, sentence) => {
  const changes = fieldChanges([{ key: 'x', kind }], given ? [declared('x', kind, given)] : [])
  expect(changes).toEqual([{ key: 'x', kind, ...change }])
  expect(changes.map(fieldChangeText)).toEqual([sentence])
})

describe('a field has its published title', () => {
  test.each<[Instance, string, string]>([
    ['global', 'aar', 'ARR'],
    ['usgov', 'arr', 'ARR'],
    ['global', 'support_level', 'GitLab Plan'],
    ['usgov', 'support_level', 'Support Level'],
    ['global', 'expiration_date', 'Expiration date'],
    ['usgov', 'expiration_date', 'Expiration Date'],
    ['usgov', 'market_segment', 'Market Segment'],
  ])('on %s %s is %s', (instance, key, title) => {
    expect(fieldTitle(instance, key)).toBe(title)
  })

  test.each(INSTANCES)('on %s it is the key in words if no title is published', instance => {
    expect(fieldTitle(instance, 'sub_new_product')).toBe('Sub new product')
  })
})
