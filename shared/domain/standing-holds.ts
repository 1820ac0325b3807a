import { z } from 'zod'
import { heldSchema } from './held.ts'

/** What a run's record keeps of something held back, by the stage that compares. */
const standingHoldSchema = z.object({
  /** The organization's Zendesk id. */
  id: z.int(),
  /** What the warning calls it. */
  key: z.string(),
  reason: heldSchema.shape.reason,
  /** The account's; null where nothing says it. */
  arr: z.number().nullable(),
  /** The start of the first run in an unbroken row that held it back. */
  since: z.iso.datetime(),
  /** Whether Slack has been told of it. */
  told: z.boolean(),
})
export type StandingHold = z.infer<typeof standingHoldSchema>

export const standingHoldsSchema = z.record(z.string(), z.array(standingHoldSchema))
