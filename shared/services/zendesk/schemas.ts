import { z } from 'zod'
import { notUnderstood } from '../http/index.ts'

/** Custom fields by key. A drop-down's value is its option's tag; what was never set is null. */
const FIELDS = z.record(z.string(), z.unknown())

export const ORGANIZATION = z.object({ id: z.int(), name: z.string(), organization_fields: FIELDS })
export type ZendeskOrganization = z.infer<typeof ORGANIZATION>

export const USER = z.object({
  id: z.int(),
  name: z.string(),
  /** The primary address; null for somebody known by phone only. */
  email: z.string().nullable(),
  role: z.string(),
  organization_id: z.int().nullable(),
  /** False for a user who was deleted. */
  active: z.boolean(),
  /** True for one who cannot write in. */
  suspended: z.boolean().nullish(),
  user_fields: FIELDS,
})
export type ZendeskUser = z.infer<typeof USER>

/** Throws `UpstreamError` ANSWER_NOT_UNDERSTOOD, naming the places that are wrong and never their values. */
export function understand<T>(schema: z.ZodType<T>, answer: unknown, service: string, call: string): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  throw notUnderstood(service, call, places.slice(0, 3).join('; '))
}
