import { STAGES, type StageName } from '../../pipeline/index.ts'
import type { StageRecord } from './stage-record.ts'

/**
 * The stages that have yet to run on what others made anew: one that they follow has ended well, and they ended before
 * that or were not asked for. A run of one stage alone leaves them behind.
 */
export function nextStages(records: readonly StageRecord[]): StageName[] {
  const recordOf = (name: StageName) => records.find(({ stage }) => stage === name)
  return STAGES.filter(({ stage, follows }) => {
    const own = recordOf(stage)
    // One that never told its end did run.
    return own?.state !== 'lost' && follows.some(name => isNewer(recordOf(name), own?.ended_at ?? ''))
  }).map(({ stage }) => stage)
}

function isNewer(record: StageRecord | undefined, than: string): boolean {
  const hasWorked = record?.state === 'done' || record?.state === 'records-failed'
  return hasWorked && (record.ended_at ?? '') > than
}
