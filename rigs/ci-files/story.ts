import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { checkHour, hours } from '@support-sync/fixtures/story'
import { findStage, type Stage } from '@support-sync/shared/pipeline'
import { servicesOf } from '../demo/services.ts'
import { watchHour } from '../demo/watch-hour.ts'
import { exitCodeOfRun } from './judge.ts'
import type { FileRun } from './run-files.ts'

/** Checks the jobs against the first hour of the demo's story: the exact writes of each writing stage. */
export function storyOf(sandbox: Sandbox, today: string) {
  const [hour] = hours(today)
  if (!hour) throw new Error('the story has no hour')
  hour.change(servicesOf(sandbox))
  const watch = watchHour(sandbox)
  return {
    /** Expected exit codes by stage. A stage that is not listed ends with 0. */
    exitCodes: Object.fromEntries(
      Object.entries(hour.expected).map(([stage, { exit_code }]) => [stage, exit_code]),
    ),
    onStart(name: string): void {
      const stage = findStage(name)
      if (stage) watch.onStart(stage)
    },
    onEnd(run: FileRun): void {
      for (const outcome of outcomesOf([run])) watch.onEnd(outcome)
    },
    async differences(runDir: string, runs: readonly FileRun[]): Promise<string[]> {
      return checkHour(hour, await watch.actual(runDir, outcomesOf(runs)))
    },
  }
}

function outcomesOf(runs: readonly FileRun[]): { stage: Stage; exitCode: number }[] {
  return runs.flatMap(run => {
    const stage = findStage(run.name)
    return stage ? [{ stage, exitCode: exitCodeOfRun(run) }] : []
  })
}
