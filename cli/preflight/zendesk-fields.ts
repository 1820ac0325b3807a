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

/** What can be added without taking anything away. */
export type Addition = { owner: FieldOwner; key: string } & (
  | { field: NewField }
  | { fieldId: number; options: NewField['options'] }
)

/** How a field differs from what it must be; with what would mend it, where adding does. */
export type FieldProblem = { message: string; next: string; addition: Addition | null }

/** What the fields belong to. */
export type FieldsOf = { instance: Instance; owner: FieldOwner; mayCreate: boolean }

const WHERE = { organization: 'Organization fields', user: 'User fields' } as const

/** Compares the fields that an instance declares with those that it must have, by the rule of the gathers. */
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
  if (owner === 'user' || isDeciding(change)) return 'Until then its gather stops.'
  return 'Until then the sync leaves this attribute alone.'
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
      return 'A type is for ever, and a deleted key cannot be used again: create a field of the right type with another key, and change the key in shared/domain/attributes.ts.'
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
  // Tickets get a checkbox's tag, and the service levels go by it.
  return { owner, key, field: kind.name === 'checkbox' ? { ...field, tag: key } : field }
}

function optionOf(tag: string) {
  return { name: inWords(tag), value: tag }
}

/** Where an admin finds the fields. */
export function fieldsPage(owner: FieldOwner): string {
  return `Admin Center, People, ${WHERE[owner]}`
}
