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

/** Why a value is as it is: a sentence, or the steps from a charge to the field. Null if unknown. */
const becauseSchema = z.union([z.string(), z.array(z.string())]).nullable()

/** A record that the run planned to write: an organization, or a US Government user by id only. */
export const changedRecordSchema = z.object({
  stage: z.string(),
  action: z.enum(ACTIONS),
  /** The salesforce_id or the text in its field. For a user, the Zendesk id or the record's number. */
  key: z.string(),
  /** The Zendesk id. Null if the record does not exist yet. */
  id: z.int().nullable(),
  /** Null for a user, because the report names no person. */
  name: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  /** False for a write that is not in the plan. */
  isPlanned: z.boolean(),
  /** Whether it was partly written although it failed. */
  isInPart: z.boolean(),
  changes: z.record(z.string(), changeSchema.extend({ because: becauseSchema })),
  /** Its other attributes: those that do not change and are not empty. */
  holds: z.record(z.string(), attributeValueSchema),
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

/** Something that needs a person. */
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
  /** How many keys are new in this run. They come first. */
  fresh: z.int(),
  /** Since when all of it is known. Null if a part of it is new. */
  since: z.iso.datetime().nullable(),
})
export type Concern = z.infer<typeof concernSchema>

const doubtCardSchema = z.object({
  count: z.int(),
  /** Of all of them. */
  arr: z.number(),
  accounts: z.array(
    z.object({
      key: z.string(),
      /** The organization's id. Null if nothing is held back. */
      name: z.string().nullable(),
      arr: z.number().nullable(),
      /** Since when it is known to be in doubt. Null if that is new or not in the run record. */
      since: z.iso.datetime().nullable(),
      reason: holdReasonSchema,
      instances: z.array(z.string()),
      /** `changes` is null for the mark. */
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
      /** Of these: not in the plan, and partly written although failed. */
      beside: z.int(),
      in_part: z.int(),
    }),
  ),
  /** Failed results in the run's table. */
  failures: z.int(),
  /** Whether the run's table counts writes that no reason explains. */
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
