import { styleText } from 'node:util'
import type { Stage } from '@support-sync/shared/pipeline'
import { letsNextRun } from './run-bin.ts'
import type { StageOutcome } from './run-stages.ts'
import { seconds, stateText } from './stage-table.ts'

/** Tells how a run goes on: on a terminal one line that changes, elsewhere a plain line a stage. */
export function progressOn(stream: NodeJS.WriteStream) {
  const isLive = stream.isTTY && !process.env.CI
  const running = new Set<string>()
  const ended: string[] = []

  function redraw(): void {
    if (!isLive) return
    stream.write(
      `\r\u001b[K${styleText('dim', [...ended, ...[...running].map(name => `… ${name}`)].join('  '))}`,
    )
  }

  return {
    onStart({ stage }: Stage): void {
      running.add(stage)
      redraw()
    },
    onEnd({ stage, exitCode, milliseconds }: StageOutcome): void {
      running.delete(stage.stage)
      ended.push(`${exitCode === null ? '–' : letsNextRun(exitCode) ? '✓' : '✗'} ${stage.stage}`)
      if (!isLive) {
        const state =
          exitCode === null ? 'not run' : `${stateText(exitCode, false)}, ${seconds(milliseconds)}`
        stream.write(`  ${stage.stage}: ${state}\n`)
      }
      redraw()
    },
    /** Clears the changing line. */
    done(): void {
      if (isLive) stream.write('\r\u001b[K')
    },
  }
}
