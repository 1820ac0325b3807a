import { type Result, writeKey } from '@support-sync/shared/domain'
import {
  type Artifact,
  createKey,
  organizationSync,
  PLANNED_SYNCS,
  type PlannedSync,
  resultsOf as resultsArtifact,
  USER_SYNC,
} from '@support-sync/shared/pipeline'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { z } from 'zod'
import { ACTIONS } from '../data-format.ts'
import type { RunArtifacts } from './artifacts.ts'
import { clip, clipValue } from './clip.ts'
import { readOutcomes } from './outcomes.ts'
import type { ChangedRecord } from './schema.ts'

/** The artifact of a sync with the records of each action. */
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

/** Attributes that are not shown: the title shows which record it is, and users' names and addresses are private. */
const NOT_SHOWN = new Set([
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
 * Yields every record that the run's syncs planned to write, with its outcome. There may be 100,000. Skips what earlier
 * runs have marked.
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
    for (const { action, key, id, ...outcome } of outcomes.rest()) {
      yield {
        stage,
        action,
        key,
        id,
        name: null,
        changes: {},
        otherValues: {},
        explanation: [],
        isPlanned: false,
        ...outcome,
      }
    }
  }
}

/** The results of this run. Those in a dry run's directory belong to an earlier run. */
async function* resultsOf(
  artifacts: RunArtifacts,
  record: RunRecord,
  stage: PlannedSync,
): AsyncGenerator<Result> {
  const hasWritten = record.stages.some(found => found.stage === stage && found.results !== null)
  if (hasWritten) yield* artifacts.read(resultsArtifact(stage))
}

function plannedRecords(
  { read }: RunArtifacts,
  stage: PlannedSync,
  action: ChangedRecord['action'],
): AsyncIterable<Planned> {
  return read({ ...plannedArtifact(stage, action), schema: plannedSchema })
}

/** The artifact of a sync's planned records. */
function plannedArtifact(stage: PlannedSync, action: ChangedRecord['action']): Artifact {
  const { artifacts } = stage === USER_SYNC.stage ? USER_SYNC : organizationSync(stage)
  return artifacts[INPUTS[action]]
}

/** The syncs without a complete plan. */
export function syncsWithoutPlan({ has }: RunArtifacts): string[] {
  return PLANNED_SYNCS.filter(stage => !ACTIONS.every(action => has(plannedArtifact(stage, action))))
}

function isMarked({ mark_for_deletion, not_in_sfdc }: Planned): boolean {
  return mark_for_deletion === true || not_in_sfdc === true
}

/** The key of a user in the results. */
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
    otherValues: otherValues(planned, changes),
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

function otherValues(planned: Planned, changes: ChangedRecord['changes']): ChangedRecord['otherValues'] {
  const others: ChangedRecord['otherValues'] = {}
  for (const [attribute, value] of Object.entries(planned)) {
    const isEmpty = value === null || value === undefined || value === false || value === 0 || value === ''
    if (isEmpty || NOT_SHOWN.has(attribute) || Object.hasOwn(changes, attribute)) continue
    others[attribute] = clipValue(value)
  }
  return others
}
