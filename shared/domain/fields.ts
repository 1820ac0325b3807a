import { ExpectedError } from '../runtime/errors/index.ts'
import type { Attribute } from './attributes.ts'
import type { FieldType } from './field-types.ts'
import { type Instance, zendeskName } from './instances.ts'

/** A custom field that the sync needs. */
export type NeededField = { key: string; kind: FieldType }

/** A custom field as an instance declares it. `options` are a drop-down's tags. */
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
 * A kind's types in Zendesk: the one to create, then others that hold the same values. `tagger` is what ticket fields
 * call a drop-down. https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/
 */
export const FIELD_TYPES: Readonly<Record<FieldType['name'], readonly [string, ...string[]]>> = {
  text: ['text', 'textarea'],
  'drop-down': ['dropdown', 'tagger'],
  checkbox: ['checkbox'],
  decimal: ['decimal'],
  integer: ['integer'],
}

/** The code of the stop, and of the warning, that an instance's fields are not as the catalogue needs them. */
export const FIELDS_CHANGED = 'FIELDS_CHANGED'

/**
 * The attributes that the sync decides by: who is who, who is marked, and what is taken away. Without one of them a
 * gather stops; without any other the run goes on and leaves that attribute alone.
 */
const DECIDING: ReadonlySet<string> = new Set([
  'salesforce_id',
  'sfdc_short_id',
  'account_type',
  'support_level',
  'mark_for_deletion',
])

/** Whether the sync decides by an attribute, so that it cannot do without. */
export function isDeciding({ key }: Pick<Attribute, 'key'>): boolean {
  return DECIDING.has(key)
}

/** The attributes that are custom fields: `name` is the organization's own. */
export function customFields<Field extends { key: string }>(attributes: readonly Field[]): Field[] {
  return attributes.filter(({ key }) => key !== 'name')
}

/** Compares the fields that an instance declares with those that are needed. */
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

/** What is wrong with a field, as the rest of a sentence that begins with its key. */
export function fieldChangeText(field: FieldChange): string {
  switch (field.change) {
    case 'missing':
      return `${field.key} is missing`
    case 'inactive':
      return `${field.key} is switched off`
    case 'type':
      return `${field.key} is of the type ${field.type}, and must be ${FIELD_TYPES[field.kind.name][0]}`
    case 'options':
      return `${field.key} has no option with the tag ${field.missing.join(', ')}`
  }
}

/** What a gather may go on with. */
export type FieldsCheck<Field> = {
  /** The attributes that the instance can hold. */
  attributes: readonly Field[]
  /** Of the others: a warning to give; null when there are none. */
  warning: { code: string; message: string; keys: readonly string[] } | null
}

/**
 * Decides what a gather of some attributes goes on with, by the fields that the instance declares. Zendesk answers 200
 * to a write of a field that it does not have, and reads a removed option as null: nothing else would tell.
 * Throws `ExpectedError` FIELDS_CHANGED when a deciding one cannot be used.
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
    throw new ExpectedError({
      kind: 'bad-input',
      code: FIELDS_CHANGED,
      message: `${zendeskName(instance)}: the sync decides by fields that have changed: ${textOf(fatal)}`,
      next: 'Restore them in Zendesk Admin Center, People; pnpm preflight says how. Nothing was read or written.',
    })
  }
  if (changes.length === 0) return { attributes, warning: null }
  const keys = changes.map(({ key }) => key)
  return {
    attributes: attributes.filter(({ key }) => !keys.includes(key)),
    warning: {
      code: FIELDS_CHANGED,
      message: `${zendeskName(instance)}: fields have changed, and the run goes on without them: ${textOf(changes)}`,
      keys,
    },
  }
}

function textOf(changes: readonly FieldChange[]): string {
  return changes.map(fieldChangeText).join('; ')
}
