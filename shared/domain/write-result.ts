import { z } from 'zod'

/** What became of one write: a record of sync_results.json. */
export const resultSchema = z.object({
  action: z.enum(['create', 'associate', 'update', 'mark']),
  /** The organization's salesforce_id. Of a user: his Zendesk id, or `creates.json record N`; never an address. */
  key: z.string(),
  /** Zendesk's id; null when there is none. */
  id: z.int().nullable(),
  status: z.enum(['written', 'recognised', 'skipped', 'failed']),
  http_status: z.int().nullable(),
  error: z.string().nullable(),
})
export type Result = z.infer<typeof resultSchema>
