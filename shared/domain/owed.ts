import { z } from 'zod'

/** Work for a new organization that a run could not finish. The next run does it. It contains no address. */
export const owedSchema = z.object({
  /** `associate`: associate its sold-to contacts. `notify`: post to Slack that no user could be associated. */
  action: z.enum(['associate', 'notify']),
  key: z.string(),
  /** Null if a sync was killed before Zendesk answered the create. */
  organization_id: z.int().nullable(),
  since: z.iso.datetime(),
})
export type Owed = z.infer<typeof owedSchema>

const MAX_DAYS = 7

/** Whether the work has been owed for so long that the sync gives up. */
export function isOwedTooLong({ since }: Owed, now: Date): boolean {
  return now.getTime() - Date.parse(since) > MAX_DAYS * 24 * 3600 * 1000
}
