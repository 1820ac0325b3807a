import { badInput } from '../runtime/errors/index.ts'
import type { Attribute } from './attributes.ts'
import type { FieldType } from './field-types.ts'
import { type Instance, zendeskName } from './instances.ts'

/** A custom field that the sync needs. */
export type NeededField = { key: string; kind: FieldType }

/** A custom field as an instance declares it. `options` are the tags of a drop-down. */
export type DeclaredField = {
  id: number
  key: string
  type: string
  active: boolean
  options: readonly string[]
}

/** How a declared field differs from the needed one. */
export type FieldChange = NeededField &
  (
    | { change: 'missing' }
    | { change: 'inactive'; id: number }
    | { change: 'type'; type: string }
    | { change: 'options'; id: number; missing: readonly string[] }
  )

/**
 * The Zendesk types of each field type: the one to create, then others with the same values. Ticket fields call a
 * drop-down `tagger`. https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/
 */
export const FIELD_TYPES: Readonly<Record<FieldType['name'], readonly [string, ...string[]]>> = {
  text: ['text', 'textarea'],
  'drop-down': ['dropdown', 'tagger'],
  checkbox: ['checkbox'],
  decimal: ['decimal'],
  integer: ['integer'],
}

/** The code of the error and the warning about fields that are not as the catalogue needs them. */
export const FIELDS_CHANGED = 'FIELDS_CHANGED'

/**
 * The deciding attributes: they identify an account, its mark and its support. If one of them has no usable field, the
 * gather stops. If another attribute has none, the run continues and leaves that attribute alone.
 */
const DECIDING: ReadonlySet<string> = new Set([
  'salesforce_id',
  'sfdc_short_id',
  'account_type',
  'support_level',
  'mark_for_deletion',
])

/** Whether an attribute is deciding: without a usable field for it, a gather stops. */
export function isDeciding({ key }: Pick<Attribute, 'key'>): boolean {
  return DECIDING.has(key)
}

/** The attributes that are custom fields: all but `name`. */
export function customFields<Field extends { key: string }>(attributes: readonly Field[]): Field[] {
  return attributes.filter(({ key }) => key !== 'name')
}

/** Compares the fields that an instance declares with the needed ones. */
export function fieldChanges(
  needed: readonly NeededField[],
  declared: readonly DeclaredField[],
): FieldChange[] {
  const byKey = new Map(declared.map(field => [field.key, field]))
  return needed.flatMap(({ key, kind }) => changeOf({ key, kind }, byKey.get(key)) ?? [])
}

function changeOf(needed: NeededField, field: DeclaredField | undefined): FieldChange | undefined {
  if (!field) return { ...needed, change: 'missing' }
  const { id, type } = field
  if (!FIELD_TYPES[needed.kind.name].includes(type)) return { ...needed, change: 'type', type }
  if (!field.active) return { ...needed, change: 'inactive', id }
  const missing = needed.kind.options.filter(option => !field.options.includes(option))
  return missing.length === 0 ? undefined : { ...needed, change: 'options', id, missing }
}

/** What is wrong with a field, as a clause that begins with its key. */
export function fieldChangeText(field: FieldChange): string {
  switch (field.change) {
    case 'missing':
      return `${field.key} is missing`
    case 'inactive':
      return `${field.key} is inactive`
    case 'type':
      return `${field.key} has the type ${field.type}; it must be ${FIELD_TYPES[field.kind.name][0]}`
    case 'options':
      return field.missing.length === 1
        ? `${field.key} has no option with the tag ${field.missing[0]}`
        : `${field.key} has no options with the tags ${field.missing.join(', ')}`
  }
}

/** What a gather continues with. */
export type FieldsCheck<Field> = {
  /** The attributes that the instance has a usable field for. */
  attributes: readonly Field[]
  /** A warning about the other attributes; null if there are none. */
  warning: { code: string; message: string; keys: readonly string[] } | null
}

/**
 * Decides which attributes a gather can use, from the fields that the instance declares. Zendesk does not report a
 * missing field: it answers 200 to a write of that field, and stores null for a removed option.
 * Throws `ExpectedError` FIELDS_CHANGED if a deciding attribute has no usable field.
 */
export function checkFields<Field extends NeededField>(
  instance: Instance,
  attributes: readonly Field[],
  declared: readonly DeclaredField[],
  isNeeded: (field: NeededField) => boolean = isDeciding,
): FieldsCheck<Field> {
  const changes = fieldChanges(customFields(attributes), declared)
  const fatal = changes.filter(isNeeded)
  if (fatal.length > 0) {
    throw badInput(FIELDS_CHANGED, {
      message: `${zendeskName(instance)}: deciding fields have changed: ${textOf(fatal)}`,
      next: 'Restore them in Zendesk Admin Center under People; ./support-sync preflight shows how. Nothing was read or written.',
    })
  }
  if (changes.length === 0) return { attributes, warning: null }
  const keys = changes.map(({ key }) => key)
  return {
    attributes: attributes.filter(({ key }) => !keys.includes(key)),
    warning: {
      code: FIELDS_CHANGED,
      message: `${zendeskName(instance)}: fields have changed; the run continues without them: ${textOf(changes)}`,
      keys,
    },
  }
}

function textOf(changes: readonly FieldChange[]): string {
  return changes.map(fieldChangeText).join('; ')
}
