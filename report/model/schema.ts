import {
  attributeValueSchema,
  byInstance,
  changeSchema,
  INSTANCES,
  unmappedChargeSchema,
} from '@support-sync/shared/domain'
import { runRecordSchema } from '@support-sync/shared/runs/record'
import { holdReasonSchema } from '@support-sync/shared/sync/doubts'
import { z } from 'zod'
import { ACTIONS, OUTCOMES } from '../data-format.ts'

/** The model of the run report. The page shows only this. */

/** The reason for a value: a sentence, or the steps from a charge to the field. Null if unknown. */
const becauseSchema = z.union([z.string(), z.array(z.string())]).nullable()

/** A record that the run planned to write: an organization, or a US Government user by id only. */
export const changedRecordSchema = z.object({
  stage: z.string(),
  action: z.enum(ACTIONS),
  /** The text in salesforce_id. For a user: the Zendesk id, or the number of the create. */
  key: z.string(),
  /** The Zendesk id. Null if the record does not exist yet. */
  id: z.int().nullable(),
  /** Null for a user, because the report shows no user's name. */
  name: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  /** False for a write that is not in the plan. */
  isPlanned: z.boolean(),
  /** Whether it was partly written although it failed. */
  isInPart: z.boolean(),
  changes: z.record(z.string(), changeSchema.extend({ because: becauseSchema })),
  /** Its other attributes: those that do not change and are not empty. */
  otherValues: z.record(z.string(), attributeValueSchema),
  /** The outcome of the write, as sentences. */
  outcomeTexts: z.array(z.string()),
  /** The reasons for its entitlement, as sentences. */
  explanation: z.array(z.string()),
})
export type ChangedRecord = z.infer<typeof changedRecordSchema>

const levelCountsSchema = z.object({
  instance: z.enum(INSTANCES),
  /** The levels, highest first, then the values in Zendesk that are not levels. */
  levels: z.array(z.object({ level: z.string(), before: z.int(), now: z.int() })),
})
export type LevelCounts = z.infer<typeof levelCountsSchema>

const attributeChangesSchema = z.object({
  attribute: z.string(),
  /** Records by instance. */
  ...byInstance(() => z.int()),
})
export type AttributeChanges = z.infer<typeof attributeChangesSchema>

/** Something that needs attention. */
const concernSchema = z.object({
  kind: z.enum(['stopped', 'failed', 'warning']),
  stage: z.string(),
  code: z.string(),
  message: z.string(),
  /** What to do next. */
  next: z.string(),
  /** The records that it is about, or the first of them if there are very many. */
  keys: z.array(z.string()),
  count: z.int(),
  /** How many keys are new in this run. These come first. */
  fresh: z.int(),
  /** Since when all keys are known. Null if one of them is new. */
  since: z.iso.datetime().nullable(),
})
export type Concern = z.infer<typeof concernSchema>

const doubtCardSchema = z.object({
  count: z.int(),
  /** The ARR of all of them, also of those not listed. */
  arr: z.number(),
  accounts: z.array(
    z.object({
      key: z.string(),
      /** The organization's name. Null if nothing is held back. */
      name: z.string().nullable(),
      arr: z.number().nullable(),
      /** Since when the account is known to be in doubt. Null if this run is the first, or the run record does not say. */
      since: z.iso.datetime().nullable(),
      reason: holdReasonSchema,
      instances: z.array(z.string()),
      /** What is held back. `changes` is null if it is the mark. */
      held: z.array(
        z.object({
          instance: z.string(),
          /** The organization's URL in Zendesk. */
          zendesk: z.string().nullable(),
          changes: z.record(z.string(), changeSchema).nullable(),
        }),
      ),
    }),
  ),
})
export type DoubtCard = z.infer<typeof doubtCardSchema>

const namedSchema = z.object({
  name: z.string().nullable(),
  /** Its URLs in Salesforce and Zendesk. */
  salesforce: z.string().nullable(),
  zendesk: z.string().nullable(),
})
export type Named = z.infer<typeof namedSchema>

const reconciliationSchema = z.object({
  rows: z.array(
    z.object({
      stage: z.string(),
      action: z.enum(ACTIONS),
      planned: z.int(),
      /** Records by outcome. `open` has no result. */
      written: z.int(),
      recognised: z.int(),
      skipped: z.int(),
      failed: z.int(),
      open: z.int(),
      /** How many of these are not in the plan, and how many failed but were partly written. */
      beside: z.int(),
      in_part: z.int(),
    }),
  ),
  /** Failed results in the run's table. */
  failures: z.int(),
  /** Whether the run's table counts writes that these rows do not explain. */
  differs: z.boolean(),
})
export type Reconciliation = z.infer<typeof reconciliationSchema>

export const reportSchema = z.object({
  record: runRecordSchema,
  verdict: z.object({ state: z.enum(['good', 'attention', 'bad']), text: z.string() }),
  /** Null if the run did not check. */
  doubts: doubtCardSchema.nullable(),
  concerns: z.array(concernSchema),
  /** The names in the cards, by stage and key. */
  names: z.record(z.string(), namedSchema),
  /** The URLs of the services that the run read. */
  addresses: z.object({
    salesforce: z.string().nullable(),
    zendesk: z.object(byInstance(() => z.string().nullable())),
  }),
  reconciliation: reconciliationSchema,
  levels: z.array(levelCountsSchema),
  attributes: z.array(attributeChangesSchema),
  /** Null if the run did not check. */
  unmapped: z.array(unmappedChargeSchema).nullable(),
  /** Stages without a complete plan. The report does not show what they would write. */
  withoutPlan: z.array(z.string()),
  limits: z.object({ minutes: z.number(), requests: z.number() }),
  /** Artifacts that could not be read, and why. The report does not have their records. */
  unread: z.array(z.string()),
})
export type Report = z.infer<typeof reportSchema>
