import { z } from 'zod'
import { changeSchema, heldSchema } from '../../domain/index.ts'
import { PLANNED_SYNCS } from '../../pipeline/index.ts'
import { reasonSchema } from '../../runtime/errors/index.ts'
import { WRITE_KINDS } from './write-kinds.ts'

/** One planned write. */
export const plannedWriteSchema = z.object({
  action: z.enum(['create', 'update', 'mark']),
  kind: z.enum(WRITE_KINDS),
  /** The salesforce_id; of a user the Zendesk id, or `creates.json record N`. */
  key: z.string(),
  /** Zendesk's id; null for what is not there yet. */
  id: z.int().nullable(),
  name: z.string(),
  /** The support level after the write; null where there is none. */
  support_level: z.string().nullable(),
  changes: z.record(z.string(), changeSchema),
})
export type PlannedWrite = z.infer<typeof plannedWriteSchema>

/** What one sync will do. */
export const planViewSchema = z.object({
  stage: z.enum(PLANNED_SYNCS),
  title: z.string(),
  counts: z.object({
    create: z.int(),
    update: z.int(),
    mark: z.int(),
    alreadyMarked: z.int(),
    /** What the guards measure against: all records of this sync, those not marked, those with support to lose. */
    gathered: z.int(),
    unmarked: z.int(),
    entitled: z.int(),
  }),
  writes: z.array(plannedWriteSchema),
})
export type PlanView = z.infer<typeof planViewSchema>

/** One sync of a run: its plan, or why there is none; the guard that will stop it; what was written of it already. */
const runSyncSchema = z.object({
  stage: z.enum(PLANNED_SYNCS),
  plan: planViewSchema.nullable(),
  missing: reasonSchema.nullable(),
  guard: reasonSchema.nullable(),
  /** What is not written while accounts are in doubt. */
  held: z.array(heldSchema).default([]),
  /** Counts by status, when this run's sync has written already. */
  applied: z.record(z.string(), z.int()).nullable(),
  /** Of each artifact that the plan is made of, by name. */
  sha256: z.record(z.string(), z.string()),
})

/** What the syncs of a run will do. A file of it is a reviewed plan: a sync can be told to apply exactly that. */
export const runPlanSchema = z.object({
  plan_of: z.literal('support-sync'),
  run: z.string(),
  syncs: z.array(runSyncSchema),
})
export type RunPlan = z.infer<typeof runPlanSchema>
export type RunSync = RunPlan['syncs'][number]
