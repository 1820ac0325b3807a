import { z } from 'zod'
import type { Client } from './client.ts'
import { PAGE_OR_WHOLE, pagesOf } from './pages.ts'
import { type Refusal, refusalOrThrow } from './refusal.ts'
import { parseAnswer } from './schemas.ts'

/** https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/, and the same for users. */

/** The owner of a custom field: an organization or a user. */
export type FieldOwner = 'organization' | 'user'

const OPTION = z.looseObject({
  id: z.int(),
  name: z.string(),
  /** The name as an admin typed it. It may be a placeholder for several languages. */
  raw_name: z.string().optional(),
  /** The tag: the value in an organization. */
  value: z.string(),
})

const FIELD = z.object({
  id: z.int(),
  key: z.string(),
  type: z.string(),
  active: z.boolean(),
  custom_field_options: z.array(OPTION).nullish(),
})

/** A custom field as an instance declares it. `options` are a drop-down's tags. */
export type ZendeskField = { id: number; key: string; type: string; active: boolean; options: string[] }

export type NewField = {
  key: string
  type: string
  title: string
  options: readonly NewOption[]
  /** For a checkbox: the tag that tickets of an organization get if it is checked. */
  tag?: string
}
type NewOption = { name: string; value: string }

/** Every custom field that the instance declares, including inactive ones. */
export async function listFields(client: Client, owner: FieldOwner): Promise<ZendeskField[]> {
  const fields: ZendeskField[] = []
  for await (const { records } of pagesOf(client, `${owner}_fields`, FIELD, PAGE_OR_WHOLE)) {
    for (const { custom_field_options, ...field } of records)
      fields.push({ ...field, options: custom_field_options?.map(({ value }) => value) ?? [] })
  }
  return fields
}

/** Creates a field. Returns Zendesk's reason if it refuses. Throws `RefusedError` if the user is not an admin. */
export async function createField(
  client: Client,
  owner: FieldOwner,
  field: NewField,
): Promise<Refusal | null> {
  const { options, ...rest } = field
  const body = options.length === 0 ? rest : { ...rest, custom_field_options: options }
  return refusalOf(client.request('POST', [`${owner}_fields`], { [`${owner}_field`]: body }))
}

async function refusalOf(writing: Promise<unknown>): Promise<Refusal | null> {
  try {
    await writing
    return null
  } catch (error) {
    return refusalOrThrow(error)
  }
}

/**
 * Adds options to a drop-down. Zendesk replaces the whole list, and removes options that are missing in it from the
 * organizations too. So this reads the list first, and sends back the existing options with their ids. Returns
 * Zendesk's reason if it refuses.
 */
export async function addFieldOptions(
  client: Client,
  owner: FieldOwner,
  fieldId: number,
  options: readonly NewOption[],
): Promise<Refusal | null> {
  const path = [`${owner}_fields`, fieldId]
  const name = `${owner}_field`
  const answer = await client.request('GET', path)
  const current = parseAnswer(z.object({ [name]: FIELD }), answer, client.service, `GET /${owner}_fields/ID`)
  const present = current[name]?.custom_field_options ?? []
  const missing = options.filter(({ value }) => !present.some(option => option.value === value))
  const custom_field_options = [
    ...present.map(({ id, name, raw_name, value }) => ({ id, name: raw_name ?? name, value })),
    ...missing.map(option => ({ id: null, ...option })),
  ]
  return refusalOf(client.request('PUT', path, { [name]: { custom_field_options } }))
}
