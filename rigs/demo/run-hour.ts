import { dirname, join } from 'node:path'
import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { checkHour, type Hour } from '@support-sync/fixtures/story'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { readGatheredIds } from '@support-sync/shared/runtime/bin'
import { type PipelineRun, runStages } from '../../cli/pipeline/run-stages.ts'
import { handsOf } from './hands.ts'
import { watchHour } from './watch-hour.ts'

export type HourEnd = {
  record: RunRecord
  /** What was not as the story tells; nothing when all was. */
  differences: string[]
}

/** Lets an hour happen, runs the nine stages with the real bins, and holds what they wrote against the story. */
export async function runHour(
  sandbox: Sandbox,
  hour: Hour,
  { runDir, today, last }: { runDir: string; today: string; last?: RunRecord | undefined },
  progress: Pick<PipelineRun, 'onStart' | 'onEnd'> = {},
): Promise<HourEnd> {
  hour.change(handsOf(sandbox))
  const watch = watchHour(sandbox)
  const { outcomes, record } = await runStages({
    runDir,
    isWanted: () => true,
    args: {
      all: [
        '--today',
        today,
        ...(last ? ['--last-run', join(dirname(runDir), last.run_id, RUN_RECORD)] : []),
      ],
      syncs: [],
      processor: [],
    },
    last,
    lastIds: last ? readGatheredIds(join(dirname(runDir), last.run_id, RUN_RECORD)) : undefined,
    environment: { ...process.env, ...sandbox.environment },
    onStart(stage) {
      watch.onStart(stage)
      progress.onStart?.(stage)
    },
    onEnd(outcome) {
      watch.onEnd(outcome)
      progress.onEnd?.(outcome)
    },
  })
  return { record, differences: checkHour(hour, await watch.actual(runDir, outcomes)) }
}
