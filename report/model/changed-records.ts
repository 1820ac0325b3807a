import { createKey, type Result, resultSchema, writeKey } from '@support-sync/shared/domain'
import {
  findStage,
  organizationSync,
  PLANNED_SYNCS,
  type PlannedSync,
  STAGES,
  type StageName,
  USER_SYNC,
} from '@support-sync/shared/pipeline'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { z } from 'zod'
import { ACTIONS } from '../data-format.ts'
import type { RunArtifacts } from './artifacts.ts'
import { clip, clipValue } from './clip.ts'
import { readOutcomes } from './outcomes.ts'
import type { ChangedRecord } from './schema.ts'

/** Where the records of each action stand among a sync's inputs. */
const INPUTS = { create: 'creates', update: 'updates', mark: 'not_in_sync' } as const

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
  for (const stage of PLANNED_SYNCS) {
    const isOfUsers = stage === USER_SYNC.stage
    const outcomes = await readOutcomes(resultsOf(artifacts, record, stage), isOfUsers)
    for (const action of ACTIONS) {
      let number = 0
      for await (const planned of plannedRecords(artifacts, stage, action)) {
        number += 1
        if (action === 'mark' && isMarked(planned)) continue
        const key = isOfUsers ? userKeyOf(planned, number) : writeKey(planned)
        yield { ...recordOf(stage, action, key, planned), isPlanned: true, ...outcomes.take(action, key) }
      }
    }
    for (const { action, key, id, ...told } of outcomes.rest()) {
      yield {
        stage,
        action,
        key,
        id,
        name: null,
        changes: {},
        holds: {},
        explanation: [],
        isPlanned: false,
        ...told,
      }
    }
  }
}

/** Only those that this run came to: a dry run's are an earlier run's. */
async function* resultsOf(
  artifacts: RunArtifacts,
  record: RunRecord,
  stage: StageName,
): AsyncGenerator<Result> {
  const hasWritten = record.stages.some(found => found.stage === stage && found.results !== null)
  if (hasWritten) yield* artifacts.read(stage, 'sync_results.json', resultSchema)
}

function plannedRecords(
  { read }: RunArtifacts,
  stage: PlannedSync,
  action: ChangedRecord['action'],
): AsyncIterable<Planned> {
  return read(...placeOf(stage, action), plannedSchema)
}

/** The stage that writes a sync's planned records, and their artifact. */
function placeOf(stage: PlannedSync, action: ChangedRecord['action']): [stage: StageName, name: string] {
  const { inputs } = stage === USER_SYNC.stage ? USER_SYNC : organizationSync(stage)
  const name = inputs[INPUTS[action]]
  return [STAGES.find(one => one.stage === findStage(stage)?.inputs[name])?.stage ?? stage, name]
}

/** The syncs whose plan the run has not, or not whole. */
export function syncsWithoutPlan({ has }: RunArtifacts): string[] {
  return PLANNED_SYNCS.filter(stage => !ACTIONS.every(action => has(...placeOf(stage, action))))
}

function isMarked({ mark_for_deletion, not_in_sfdc }: Planned): boolean {
  return mark_for_deletion === true || not_in_sfdc === true
}

/** The key that a user's results go by. */
function userKeyOf({ id }: Planned, number: number): string {
  return id ? String(id) : createKey(number)
}

function recordOf(stage: PlannedSync, action: ChangedRecord['action'], key: string, planned: Planned) {
  const isUser = stage === USER_SYNC.stage
  const mark = isUser ? 'not_in_sfdc' : 'mark_for_deletion'
  const changes =
    action === 'mark' ? { [mark]: { from: false, to: true, because: null } } : shownChanges(planned, isUser)
  return {
    stage,
    action,
    key: clip(key),
    id: planned.id ?? null,
    name: isUser ? null : clip(planned.name),
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
