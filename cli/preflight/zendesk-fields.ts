import {
  FIELD_TYPES,
  type FieldChange,
  fieldChanges,
  fieldChangeText,
  fieldTitle,
  type Instance,
  inWords,
  isDeciding,
  type NeededField,
} from '@support-sync/shared/domain'
import type { FieldOwner, NewField, ZendeskField } from '@support-sync/shared/services/zendesk'

/** A field or options that can be added without removing anything. */
export type Addition = { owner: FieldOwner; key: string } & (
  | { field: NewField }
  | { fieldId: number; options: NewField['options'] }
)

/** How a field differs from what it must be, and the addition that corrects it, if one can. */
export type FieldProblem = { message: string; next: string; addition: Addition | null }

/** The instance and the kind of record that the fields belong to. */
export type FieldsOf = { instance: Instance; owner: FieldOwner; mayCreate: boolean }

const WHERE = { organization: 'Organization fields', user: 'User fields' } as const

/** Compares an instance's fields with those that it must have, by the same rule as the gathers. */
export function compareFields(
  of: FieldsOf,
  needed: readonly NeededField[],
  declared: readonly ZendeskField[],
): FieldProblem[] {
  return fieldChanges(needed, declared).map(change => ({
    message: fieldChangeText(change),
    next: `${nextOf(of, change)} ${effectOf(of, change)}`,
    addition: additionOf(of, change),
  }))
}

function effectOf({ owner }: FieldsOf, change: FieldChange): string {
  if (owner === 'user' || isDeciding(change)) return 'Until then, its gather stops.'
  return 'Until then, the sync does not write this attribute.'
}

function nextOf({ owner, mayCreate }: FieldsOf, { change, kind }: FieldChange): string {
  const page = fieldsPage(owner)
  const orCreate = mayCreate ? ', or with --create-missing' : ''
  switch (change) {
    case 'missing':
      return `Create it as ${kind.name} under ${page}${orCreate}.`
    case 'inactive':
      return `Activate it under ${page}, on the tab Inactive.`
    case 'type':
      return 'Zendesk cannot change a type or reuse a deleted key. Create a field of the right type with another key, and change the key in shared/domain/attributes.ts.'
    case 'options':
      return `Add it under ${page}${orCreate}.`
  }
}

function additionOf({ instance, owner }: FieldsOf, change: FieldChange): Addition | null {
  const { key, kind } = change
  if (change.change === 'options')
    return { owner, key, fieldId: change.id, options: change.missing.map(optionOf) }
  if (change.change !== 'missing') return null
  const [type] = FIELD_TYPES[kind.name]
  const field = { key, type, title: fieldTitle(instance, key), options: kind.options.map(optionOf) }
  // Zendesk adds the checkbox's tag to tickets, and service levels depend on it.
  return { owner, key, field: kind.name === 'checkbox' ? { ...field, tag: key } : field }
}

function optionOf(tag: string) {
  return { name: inWords(tag), value: tag }
}

/** The Admin Center page of the fields. */
export function fieldsPage(owner: FieldOwner): string {
  return `Admin Center, People, ${WHERE[owner]}`
}
