import { z } from 'zod'
import { changeSchema, heldSchema } from '../../domain/index.ts'
import { PLANNED_SYNCS } from '../../pipeline/index.ts'
import { reasonSchema } from '../../runtime/errors/index.ts'
import { CHANGE_KINDS } from './change-kinds.ts'

/** One planned write. */
export const plannedWriteSchema = z.object({
  action: z.enum(['create', 'update', 'mark']),
  kind: z.enum(CHANGE_KINDS),
  /** The salesforce_id. For a user, the Zendesk id or `creates.json record N`. */
  key: z.string(),
  /** The Zendesk id. Null if the record does not exist yet. */
  id: z.int().nullable(),
  name: z.string(),
  /** The support level after the write. Null if there is none. */
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
    /** The totals for the guards: all records of this sync, unmarked ones, and ones with support to lose. */
    gathered: z.int(),
    unmarked: z.int(),
    entitled: z.int(),
  }),
  writes: z.array(plannedWriteSchema),
})
export type PlanView = z.infer<typeof planViewSchema>

/** One sync of a run: its plan, or why there is none; the guard that will stop it; what it has already written. */
const runSyncSchema = z.object({
  stage: z.enum(PLANNED_SYNCS),
  plan: planViewSchema.nullable(),
  missing: reasonSchema.nullable(),
  guard: reasonSchema.nullable(),
  /** What is held back because accounts are in doubt. */
  held: z.array(heldSchema).default([]),
  /** Counts by status, if this run's sync has already written. */
  applied: z.record(z.string(), z.int()).nullable(),
  /** The checksums of the plan's artifacts, by name. */
  sha256: z.record(z.string(), z.string()),
})

/** What the syncs of a run will do. As a file it is a reviewed plan, which a sync can apply exactly. */
export const runPlanSchema = z.object({
  plan_of: z.literal('support-sync'),
  run: z.string(),
  syncs: z.array(runSyncSchema),
})
export type RunPlan = z.infer<typeof runPlanSchema>
export type RunSync = RunPlan['syncs'][number]
