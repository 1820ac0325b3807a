import { z } from 'zod'
import type { Client } from './client.ts'
import { PAGE_OR_WHOLE, pagesOf } from './pages.ts'
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
  custom_field_options: z.array(OPTION).default([]),
})
export type ZendeskField = z.infer<typeof FIELD>

export type NewField = { key: string; type: string; title: string; options: readonly NewOption[] }
type NewOption = { name: string; value: string }

/** Every custom field that the instance declares, those that are switched off among them. */
export async function listFields(client: Client, owner: FieldOwner): Promise<ZendeskField[]> {
  const fields: ZendeskField[] = []
  for await (const { records } of pagesOf(client, `${owner}_fields`, FIELD, PAGE_OR_WHOLE))
    fields.push(...records)
  return fields
}

/** Creates a field. Throws `RefusedTrouble` when Zendesk will not have it: only admins may. */
export async function createField(client: Client, owner: FieldOwner, field: NewField): Promise<void> {
  const { options, ...rest } = field
  const body = options.length === 0 ? rest : { ...rest, custom_field_options: options }
  await client.request('POST', [`${owner}_fields`], { [`${owner}_field`]: body })
}

/**
 * Adds options to a drop-down. Zendesk takes the whole list and removes what is not on it, from the organizations
 * too: so the list is read just before, and what stands there is sent back with its ids.
 */
export async function addFieldOptions(
  client: Client,
  owner: FieldOwner,
  fieldId: number,
  options: readonly NewOption[],
): Promise<void> {
  const path = [`${owner}_fields`, fieldId]
  const name = `${owner}_field`
  const answer = await client.request('GET', path)
  const current = understand(z.object({ [name]: FIELD }), answer, client.neighbour, `GET /${owner}_fields/ID`)
  const present = current[name]?.custom_field_options ?? []
  const missing = options.filter(({ value }) => !present.some(option => option.value === value))
  await client.request('PUT', path, {
    [name]: {
      custom_field_options: [
        ...present.map(({ id, name, raw_name, value }) => ({ id, name: raw_name ?? name, value })),
        ...missing.map(option => ({ id: null, ...option })),
      ],
    },
  })
}
