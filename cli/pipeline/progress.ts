import { styleText } from 'node:util'
import { STAGES, type Stage } from '@support-sync/shared/pipeline'
import { stateText } from '@support-sync/shared/runs/record'
import { continuesPipeline } from './run-bin.ts'
import type { StageOutcome } from './run-stages.ts'
import { seconds } from './stage-table.ts'

/** Tells how a run of so many stages goes on: on a terminal one line that changes, elsewhere a plain line a stage. */
export function progressOn(stream: NodeJS.WriteStream, stages = STAGES.length) {
  const isLive = stream.isTTY && !process.env.CI
  const running = new Set<string>()
  const failed: string[] = []
  let ended = 0

  function redraw(): void {
    if (!isLive) return
    // Short enough for a narrow terminal: a line that wraps could not be drawn over.
    const parts = [
      `${ended} of ${stages} ${stages === 1 ? 'stage' : 'stages'}`,
      ...failed.map(name => `✗ ${name}`),
      ...[...running].map(name => `… ${name}`),
    ]
    stream.write(`\r\u001b[K${styleText('dim', parts.join('  '))}`)
  }

  return {
    onStart({ stage }: Stage): void {
      running.add(stage)
      redraw()
    },
    onEnd({ stage, exitCode, milliseconds, record }: StageOutcome): void {
      running.delete(stage.stage)
      ended += 1
      if (exitCode !== null && !continuesPipeline(exitCode)) failed.push(stage.stage)
      if (!isLive) {
        const took = exitCode === null ? '' : `, ${seconds(milliseconds)}`
        stream.write(`  ${stage.stage}: ${stateText(record)}${took}\n`)
      }
      redraw()
    },
    /** Clears the changing line. */
    done(): void {
      if (isLive) stream.write('\r\u001b[K')
    },
  }
}
