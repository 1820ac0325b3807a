import { STAGES, type StageName } from '../../pipeline/index.ts'
import type { StageRecord } from './stage-record.ts'

/**
 * The stages that should run next: a stage that they follow has succeeded after they ended, or they did not run. A run
 * of only one stage leaves them behind.
 */
export function nextStages(records: readonly StageRecord[]): StageName[] {
  const recordOf = (name: StageName) => records.find(({ stage }) => stage === name)
  return STAGES.filter(({ stage, follows }) => {
    const own = recordOf(stage)
    // A lost stage did run.
    return own?.state !== 'lost' && follows.some(name => isNewer(recordOf(name), own?.ended_at ?? ''))
  }).map(({ stage }) => stage)
}

function isNewer(record: StageRecord | undefined, than: string): boolean {
  const hasWorked = record?.state === 'done' || record?.state === 'records-failed'
  return hasWorked && (record.ended_at ?? '') > than
}
