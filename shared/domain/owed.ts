import { z } from 'zod'

/** What a run could not finish for a new organization, and the next one does: no address is in it. */
export const owedSchema = z.object({
  /** `associate`: its sold-to contacts; `notify`: to tell Slack that nobody could be associated. */
  action: z.enum(['associate', 'notify']),
  key: z.string(),
  organization_id: z.int(),
  since: z.iso.datetime(),
})
export type Owed = z.infer<typeof owedSchema>

const DAYS = 7

/** Whether something has been owed for so long that it is given up. */
export function isOwedTooLong({ since }: Owed, now: Date): boolean {
  return now.getTime() - Date.parse(since) > DAYS * 24 * 3600 * 1000
}
