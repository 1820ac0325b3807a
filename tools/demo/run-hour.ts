import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { checkHour, type Hour } from '@support-sync/fixtures/story'
import { type PipelineRun, runStages, type StageOutcome } from '../pipeline/run-stages.ts'
import { handsOf } from './hands.ts'
import { watchHour } from './watch-hour.ts'

export type HourEnd = {
  outcomes: StageOutcome[]
  /** What was not as the story tells; nothing when all was. */
  differences: string[]
}

/** Lets an hour happen, runs the nine stages with the real bins, and holds what they wrote against the story. */
export async function runHour(
  sandbox: Sandbox,
  hour: Hour,
  { runDir, today }: { runDir: string; today: string },
  progress: Pick<PipelineRun, 'onStart' | 'onEnd'> = {},
): Promise<HourEnd> {
  hour.change(handsOf(sandbox))
  const watch = watchHour(sandbox)
  const outcomes = await runStages({
    runDir,
    isWanted: () => true,
    args: { all: ['--today', today], syncs: [], processor: [] },
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
  return { outcomes, differences: checkHour(hour, await watch.actual(runDir, outcomes)) }
}
