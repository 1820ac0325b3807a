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

/** What the run report shows. The page is made of this alone. */

/** Why a value is what it is: in words, or step by step from a charge to the field; null where nothing says it. */
const becauseSchema = z.union([z.string(), z.array(z.string())]).nullable()

/** One record that the run was to write: an organization, or a user of US Government by his id alone. */
export const changedRecordSchema = z.object({
  stage: z.string(),
  action: z.enum(ACTIONS),
  /** The salesforce_id, or what stands in its place; of a user the Zendesk id or the record's number. */
  key: z.string(),
  /** Zendesk's id; null for what is not there yet. */
  id: z.int().nullable(),
  /** Null for a user: the report names no person. */
  name: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  /** False: a write beside the plan. */
  isPlanned: z.boolean(),
  /** Whether something of it is written though it failed. */
  isInPart: z.boolean(),
  changes: z.record(z.string(), changeSchema.extend({ because: becauseSchema })),
  /** What else it holds that says who it is: its attributes that are neither changed nor empty. */
  holds: z.record(z.string(), attributeValueSchema),
  /** What became of the write, in sentences. */
  told: z.array(z.string()),
  /** How its entitlement came about, in sentences. */
  explanation: z.array(z.string()),
})
export type ChangedRecord = z.infer<typeof changedRecordSchema>

const levelCountsSchema = z.object({
  instance: z.enum(INSTANCES),
  /** The levels, the highest first; what Zendesk held that is none stands behind them. */
  levels: z.array(z.object({ level: z.string(), before: z.int(), now: z.int() })),
})
export type LevelCounts = z.infer<typeof levelCountsSchema>

const attributeChangesSchema = z.object({
  attribute: z.string(),
  /** Records by the instance whose organizations or users change. */
  ...byInstance(() => z.int()),
})
export type AttributeChanges = z.infer<typeof attributeChangesSchema>

/** Something that asks for a person. */
const concernSchema = z.object({
  kind: z.enum(['stopped', 'failed', 'warning']),
  stage: z.string(),
  code: z.string(),
  message: z.string(),
  /** What to do next. */
  next: z.string(),
  /** The records that it is about; the first of them, where they are very many. */
  keys: z.array(z.string()),
  count: z.int(),
  /** How many of the keys, the first ones, are new in this run. */
  fresh: z.int(),
  /** Since when all of it is known; null where something of it is new. */
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
      /** The organization's; null where nothing is held back. */
      name: z.string().nullable(),
      arr: z.number().nullable(),
      /** Since when it is known to be in doubt; null where that is new, or the run's record does not say it. */
      since: z.iso.datetime().nullable(),
      reason: holdReasonSchema,
      instances: z.array(z.string()),
      /** Null changes: the mark. */
      held: z.array(
        z.object({
          instance: z.string(),
          /** Where an agent sees the organization. */
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
  /** Where a person sees it in Salesforce, and where in Zendesk. */
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
      /** By record: what it came to. `open` has no result. */
      written: z.int(),
      recognised: z.int(),
      skipped: z.int(),
      failed: z.int(),
      open: z.int(),
      /** Of these, beside the plan; and written in part though failed. */
      beside: z.int(),
      in_part: z.int(),
    }),
  ),
  /** Failed results of the run's table. */
  failures: z.int(),
  /** Whether the run's table counts writes that no reason explains. */
  differs: z.boolean(),
})
export type Reconciliation = z.infer<typeof reconciliationSchema>

export const reportSchema = z.object({
  record: runRecordSchema,
  verdict: z.object({ state: z.enum(['good', 'attention', 'bad']), text: z.string() }),
  /** Null when the run has not looked for them. */
  doubts: doubtCardSchema.nullable(),
  concerns: z.array(concernSchema),
  /** What the cards are about, by stage and key. */
  names: z.record(z.string(), namedSchema),
  /** Where the run read from. */
  addresses: z.object({
    salesforce: z.string().nullable(),
    zendesk: z.object(byInstance(() => z.string().nullable())),
  }),
  reconciliation: reconciliationSchema,
  levels: z.array(levelCountsSchema),
  attributes: z.array(attributeChangesSchema),
  /** Null when the run has not looked for them. */
  unmapped: z.array(unmappedChargeSchema).nullable(),
  /** Stages of whose plan the run left nothing, or not all: what they would write is not in the report. */
  withoutPlan: z.array(z.string()),
  limits: z.object({ minutes: z.number(), requests: z.number() }),
  /** Artifacts that could not be read, and why: what they hold is not in the report. */
  unread: z.array(z.string()),
})
export type Report = z.infer<typeof reportSchema>
