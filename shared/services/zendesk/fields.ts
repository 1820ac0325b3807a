import { z } from 'zod'
import type { Client } from './client.ts'
import { PAGE_OR_WHOLE, pagesOf } from './pages.ts'
import { type Refusal, refusalOrThrow } from './refusal.ts'
import { understand } from './schemas.ts'

/** https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/, and the same for users. */

/** Whose custom fields: an organization's or a user's. */
export type FieldOwner = 'organization' | 'user'

const OPTION = z.looseObject({
  id: z.int(),
  name: z.string(),
  /** The name as it was typed, which may be a placeholder for several languages. */
  raw_name: z.string().optional(),
  /** The tag: what an organization's value is. */
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
  /** Of a checkbox: the tag that a ticket of an organization gets when it is checked. */
  tag?: string
}
type NewOption = { name: string; value: string }

/** Every custom field that the instance declares, the inactive ones too, to the last page of the list. */
export async function listFields(client: Client, owner: FieldOwner): Promise<ZendeskField[]> {
  const fields: ZendeskField[] = []
  for await (const { records } of pagesOf(client, `${owner}_fields`, FIELD, PAGE_OR_WHOLE)) {
    for (const { custom_field_options, ...field } of records)
      fields.push({ ...field, options: custom_field_options?.map(({ value }) => value) ?? [] })
  }
  return fields
}

/** Creates a field. Gives Zendesk's reason when it will not have it. Throws `RefusedError` when we may not: only admins may. */
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
 * Adds options to a drop-down. Zendesk takes the whole list and removes what is not on it, from the organizations
 * too: so the list is read just before, and what stands there is sent back with its ids. Gives Zendesk's reason when
 * it refuses.
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
  const current = understand(z.object({ [name]: FIELD }), answer, client.service, `GET /${owner}_fields/ID`)
  const present = current[name]?.custom_field_options ?? []
  const missing = options.filter(({ value }) => !present.some(option => option.value === value))
  const custom_field_options = [
    ...present.map(({ id, name, raw_name, value }) => ({ id, name: raw_name ?? name, value })),
    ...missing.map(option => ({ id: null, ...option })),
  ]
  return refusalOf(client.request('PUT', path, { [name]: { custom_field_options } }))
}
