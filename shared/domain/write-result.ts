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

/** How many writes came to what, by action and status: `update_written`. */
export function countResults(results: Iterable<Result>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { action, status } of results) {
    const name = `${action}_${status}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
