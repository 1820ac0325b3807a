import type { Kind } from '@support-sync/shared/domain'
import type { FieldOwner, NewField, ZendeskField } from '@support-sync/shared/zendesk'

/** A field that must be there. */
export type NeededField = { key: string; kind: Kind }

/** What can be added without taking anything away. */
export type Addition = { owner: FieldOwner; key: string } & (
  | { field: NewField }
  | { fieldId: number; options: NewField['options'] }
)

/** How a field differs from what it must be; with what would mend it, where adding does. */
export type FieldProblem = { message: string; next: string; addition: Addition | null }

/**
 * A kind's types in Zendesk: the one to create, then others that hold the same values. `tagger` is what ticket fields
 * call a drop-down. https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/
 */
const TYPES: Readonly<Record<Kind['name'], readonly [string, ...string[]]>> = {
  text: ['text', 'textarea'],
  'drop-down': ['dropdown', 'tagger'],
  checkbox: ['checkbox'],
  decimal: ['decimal'],
  integer: ['integer'],
}

const WHERE = { organization: 'Organization fields', user: 'User fields' } as const

/** Holds the fields that an instance declares against those that it must have. */
export function compareFields(
  owner: FieldOwner,
  needed: readonly NeededField[],
  declared: readonly ZendeskField[],
): FieldProblem[] {
  return needed.flatMap(({ key, kind }) => problemOf(owner, { key, kind }, declared) ?? [])
}

function problemOf(
  owner: FieldOwner,
  { key, kind }: NeededField,
  declared: readonly ZendeskField[],
): FieldProblem | undefined {
  const [type] = TYPES[kind.name]
  const page = `Admin Center, People, ${WHERE[owner]}`
  const field = declared.find(candidate => candidate.key === key)
  if (!field) {
    const options = kind.options.map(optionOf)
    return {
      message: `${key} is missing`,
      next: `Create it as ${kind.name} under ${page}, or with --create-missing.`,
      addition: { owner, key, field: { key, type, title: titleOf(key), options } },
    }
  }
  if (!TYPES[kind.name].includes(field.type)) {
    return {
      message: `${key} is of the type ${field.type}, and must be ${type}`,
      next: `A type is for ever: remove the field under ${page} and create it anew; the next run fills it.`,
      addition: null,
    }
  }
  if (!field.active) {
    return {
      message: `${key} is switched off`,
      next: `Activate it under ${page}.`,
      addition: null,
    }
  }
  const tags = new Set(field.custom_field_options.map(({ value }) => value))
  const missing = kind.options.filter(option => !tags.has(option))
  if (missing.length === 0) return undefined
  return {
    message: `${key} has no option with the tag ${missing.join(', ')}`,
    next: `Add it under ${page}, or with --create-missing.`,
    addition: { owner, key, fieldId: field.id, options: missing.map(optionOf) },
  }
}

function optionOf(tag: string) {
  return { name: titleOf(tag), value: tag }
}

/** `sub_sm_ultimate` → `Sub sm ultimate`. Agents may give a better one. */
function titleOf(key: string): string {
  const words = key.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
