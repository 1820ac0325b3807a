import { z } from 'zod'
import { unknownAnswer } from '../http/index.ts'

/** Custom fields by key. The value of a drop-down is the option's tag; a field that was never set is null. */
const FIELDS = z.record(z.string(), z.unknown())

export const ORGANIZATION = z.object({ id: z.int(), name: z.string(), organization_fields: FIELDS })
export type ZendeskOrganization = z.infer<typeof ORGANIZATION>

export const USER = z.object({
  id: z.int(),
  name: z.string(),
  /** The primary address; null for a user with only a phone number. */
  email: z.string().nullable(),
  role: z.string(),
  organization_id: z.int().nullable(),
  /** False for a deleted user. */
  active: z.boolean(),
  /** True for a user who cannot submit tickets. */
  suspended: z.boolean().nullish(),
  user_fields: FIELDS,
})
export type ZendeskUser = z.infer<typeof USER>

/** Parses an answer. Throws `UpstreamError` ANSWER_NOT_UNDERSTOOD with the wrong places, never their values. */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: unknown, service: string, call: string): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  throw unknownAnswer(service, call, places.slice(0, 3).join('; '))
}
