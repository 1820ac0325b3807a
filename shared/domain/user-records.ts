import { z } from 'zod'
import { changesSchema } from './changes.ts'
import { contactSchema, USER_ATTRIBUTES } from './contact.ts'

/** A user to create: the contact, and not_in_sfdc false. */
export const userCreateSchema = contactSchema.extend({ not_in_sfdc: z.literal(false) })
export type UserCreate = z.infer<typeof userCreateSchema>

/** A user to update. The email is the key and is never sent. */
export const userUpdateSchema = z.object({
  id: z.int(),
  email: z.string(),
  name: z.string(),
  organization_id: z.int(),
  not_in_sfdc: z.literal(false),
  changes: changesSchema(USER_ATTRIBUTES),
})
export type UserUpdate = z.infer<typeof userUpdateSchema>

/** The key of a user who has no id yet: a person finds the address there. */
export function createKey(number: number): string {
  return `creates.json record ${number}`
}
