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

/** How the error of a create begins that found its name with another account's organization: it has no code. */
export const NAME_IS_TAKEN = 'its name is taken'

/**
 * The code at the head of a failed record's error, such as DuplicateValue: what follows it may quote the record.
 * NAME_TAKEN where a create found its name taken, FAILED where there is no code.
 */
export function failureCode(error: string | null): string {
  if (error?.startsWith(NAME_IS_TAKEN)) return 'NAME_TAKEN'
  return /^(?:name: )?(\w+):/.exec(error ?? '')?.[1] ?? 'FAILED'
}
