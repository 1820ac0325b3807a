import { dirname, join } from 'node:path'
import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { checkHour, type Hour } from '@support-sync/fixtures/story'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import type { RunRecord } from '@support-sync/shared/runs/record'
import { readGatheredIds } from '@support-sync/shared/runtime/records'
import { type PipelineRun, runStages } from '../../cli/pipeline/run-stages.ts'
import { servicesOf } from './services.ts'
import { watchHour } from './watch-hour.ts'

export type HourEnd = {
  record: RunRecord
  /** Where the hour differs from the story; empty if it does not. */
  differences: string[]
}

/** Makes an hour's changes, runs the nine stages with the real bins, and compares their writes with the story. */
export async function runHour(
  sandbox: Sandbox,
  hour: Hour,
  { runDir, today, last }: { runDir: string; today: string; last?: RunRecord | undefined },
  progress: Pick<PipelineRun, 'onStart' | 'onProgress' | 'onEnd'> = {},
): Promise<HourEnd> {
  hour.change(servicesOf(sandbox))
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
    onProgress: progress.onProgress,
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
