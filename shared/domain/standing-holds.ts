import { z } from 'zod'
import { heldSchema } from './held.ts'

/** A mark or loss that a comparison held back, as the run record keeps it. */
const standingHoldSchema = z.object({
  /** The organization's Zendesk id. */
  id: z.int(),
  /** The organization's key in the warning. */
  key: z.string(),
  reason: heldSchema.shape.reason,
  /** The account's ARR; null if it is unknown. */
  arr: z.number().nullable(),
  /** The start of the first run in a row that held it back. */
  since: z.iso.datetime(),
  /** Whether a Slack message has reported it. */
  told: z.boolean(),
})
export type StandingHold = z.infer<typeof standingHoldSchema>

/** By the stage that compares. */
export const standingHoldsSchema = z.record(z.string(), z.array(standingHoldSchema))
