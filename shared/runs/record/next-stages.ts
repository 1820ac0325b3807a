import { runsAfterFailure, STAGES, type Stage, type StageName } from '../../pipeline/index.ts'
import type { StageRecord } from './stage-record.ts'

/**
 * The stages that should run next, for example after a run of a single stage: a stage that they follow has succeeded since
 * they last ended, and no stage that they follow blocks them.
 */
export function nextStages(records: readonly StageRecord[]): StageName[] {
  const recordOf = (name: StageName) => records.find(({ stage }) => stage === name)
  return STAGES.filter(row => {
    const own = recordOf(row.stage)
    const hasNewer = row.follows.some(name => isNewer(recordOf(name), own?.ended_at ?? ''))
    // A lost stage did run.
    return own?.state !== 'lost' && hasNewer && !isBlocked(row, records)
  }).map(({ stage }) => stage)
}

/** Whether a stage cannot run because of a stage that it follows. */
export function isBlocked(row: Stage, records: readonly StageRecord[]): boolean {
  return row.follows.some(name => {
    const state = records.find(({ stage }) => stage === name)?.state
    if (state === 'not-run') return true
    return (state === 'stopped' || state === 'lost') && !runsAfterFailure(row, name)
  })
}

function isNewer(record: StageRecord | undefined, than: string): boolean {
  const hasWorked = record?.state === 'done' || record?.state === 'records-failed'
  return hasWorked && (record.ended_at ?? '') > than
}
