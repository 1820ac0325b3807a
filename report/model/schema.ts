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
      reason: holdReasonSchema,
      instances: z.array(z.string()),
      /** Null changes: the mark. */
      held: z.array(
        z.object({ instance: z.string(), changes: z.record(z.string(), changeSchema).nullable() }),
      ),
    }),
  ),
})
export type DoubtCard = z.infer<typeof doubtCardSchema>

export const reportSchema = z.object({
  record: runRecordSchema,
  verdict: z.object({ state: z.enum(['good', 'attention', 'bad']), text: z.string() }),
  /** Null when the run has not looked for them. */
  doubts: doubtCardSchema.nullable(),
  concerns: z.array(concernSchema),
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
