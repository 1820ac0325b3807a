import { type Result, resultSchema } from '@support-sync/shared/apply'
import { findStage, type StageName } from '@support-sync/shared/pipeline'
import type { RunRecord } from '@support-sync/shared/record'
import { z } from 'zod'
import type { RunArtifacts } from './artifacts.ts'
import { clip, clipValue } from './clip.ts'
import { readOutcomes } from './outcomes.ts'
import type { ChangedRecord } from './schema.ts'

/** Where each writing stage's plan stands. */
const PLANS = [
  { stage: 'sync-global', of: 'compare-global', prefix: 'global_', users: false },
  { stage: 'sync-usgov', of: 'compare-usgov', prefix: 'usgov_', users: false },
  { stage: 'partner-sync', of: 'partner-sync', prefix: '', users: false },
  { stage: 'usgov-user-sync', of: 'usgov-user-sync', prefix: '', users: true },
] as const satisfies readonly { stage: StageName; of: StageName; prefix: string; users: boolean }[]
type Plan = (typeof PLANS)[number]

const plannedSchema = z.looseObject({
  id: z.int().nullish(),
  salesforce_id: z.string().nullish(),
  name: z.string(),
  mark_for_deletion: z.boolean().nullish(),
  not_in_sfdc: z.boolean().nullish(),
  changes: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })).optional(),
})
type Planned = z.infer<typeof plannedSchema>

/** Not told of a record: who it is stands above it, and of a user the report tells neither name nor address. */
const NOT_HELD = new Set([
  'id',
  'name',
  'salesforce_id',
  'sfdc_short_id',
  'email',
  'sold_tos',
  'role',
  'changes',
])

/**
 * Every record that the run's syncs were to write, with what became of it, one after the other: they may be
 * 100,000. Marks that an earlier run made are left out.
 */
export async function* changedRecords(
  artifacts: RunArtifacts,
  record: RunRecord,
): AsyncGenerator<ChangedRecord> {
  for (const plan of PLANS) {
    const outcomes = await readOutcomes(resultsOf(artifacts, record, plan.stage), plan.users)
    for (const action of ['create', 'update', 'mark'] as const) {
      let number = 0
      for await (const planned of artifacts.read(plan.of, artifactOf(plan, action), plannedSchema)) {
        number += 1
        if (action === 'mark' && isMarked(planned)) continue
        const key = keyOf(plan, planned, number)
        yield { ...recordOf(plan, action, key, planned), ...outcomes.take(action, key) }
      }
    }
    for (const { action, key, id, ...told } of outcomes.rest()) {
      yield {
        stage: plan.stage,
        action,
        key,
        id,
        name: null,
        changes: {},
        holds: {},
        explanation: [],
        ...told,
      }
    }
  }
}

/** Only those that this run came to: a dry run's are an earlier run's. */
function resultsOf(artifacts: RunArtifacts, record: RunRecord, stage: StageName): AsyncIterable<Result> {
  const hasWritten = record.stages.some(found => found.stage === stage && found.results !== null)
  return artifacts.read(hasWritten ? stage : 'accounts', 'sync_results.json', resultSchema)
}

function artifactOf({ prefix }: Plan, action: ChangedRecord['action']): string {
  return `${prefix}${{ create: 'creates', update: 'updates', mark: 'not_in_sync' }[action]}.json`
}

function isMarked({ mark_for_deletion, not_in_sfdc }: Planned): boolean {
  return mark_for_deletion === true || not_in_sfdc === true
}

/** The key that the sync's results go by. */
function keyOf({ users }: Plan, { id, salesforce_id }: Planned, number: number): string {
  if (users) return id ? String(id) : `creates.json record ${number}`
  return salesforce_id ?? `organization ${id}`
}

function recordOf(plan: Plan, action: ChangedRecord['action'], key: string, planned: Planned) {
  const mark = plan.users ? 'not_in_sfdc' : 'mark_for_deletion'
  const changes =
    action === 'mark'
      ? { [mark]: { from: false, to: true, because: null } }
      : shownChanges(planned, plan.users)
  return {
    stage: plan.stage,
    action,
    key: clip(key),
    id: planned.id ?? null,
    name: plan.users ? null : clip(planned.name),
    changes,
    holds: heldValues(planned, changes),
    explanation: [],
  }
}

function shownChanges({ changes = {} }: Planned, isUser: boolean): ChangedRecord['changes'] {
  const shown: ChangedRecord['changes'] = {}
  for (const [attribute, { from, to }] of Object.entries(changes)) {
    const isPersonal = isUser && attribute === 'name'
    shown[attribute] = isPersonal
      ? { from: 'the old name', to: 'the new name', because: null }
      : { from: clipValue(from), to: clipValue(to), because: null }
  }
  return shown
}

function heldValues(planned: Planned, changes: ChangedRecord['changes']): ChangedRecord['holds'] {
  const held: ChangedRecord['holds'] = {}
  for (const [attribute, value] of Object.entries(planned)) {
    const isEmpty = value === null || value === undefined || value === false || value === 0 || value === ''
    if (isEmpty || NOT_HELD.has(attribute) || Object.hasOwn(changes, attribute)) continue
    held[attribute] = clipValue(value)
  }
  return held
}

/** The instance whose records a stage writes. */
export function instanceOf(stage: string): 'global' | 'usgov' {
  return findStage(stage)?.instance ?? 'global'
}
