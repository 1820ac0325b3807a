import { join } from 'node:path'
import { EXIT, exitCodeOf, Trouble } from '@support-sync/shared/errors'
import { findStage, type Stage } from '@support-sync/shared/pipeline'

/** The log of the CI bins: JSON lines on standard error, as the stages' own bins write them. */
export const jsonLog = {
  debug: () => undefined,
  info: line('info'),
  warn: line('warn'),
  error: line('error'),
}

/**
 * Does something for the stage that the command line names, in its package's data directory unless another is
 * named behind it; the exit code tells how it ended.
 */
export async function runForStage(action: (stage: Stage, dataDir: string) => Promise<void>): Promise<void> {
  const name = process.argv[2] ?? ''
  const stage = findStage(name)
  if (!stage) {
    jsonLog.error({ code: 'USAGE', next: 'Give the name of one of the nine stages.' }, `no stage "${name}"`)
    process.exitCode = EXIT.badInput
    return
  }
  try {
    await action(
      stage,
      process.argv[3] ?? join(import.meta.dirname, '..', '..', 'packages', stage.stage, 'data'),
    )
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    jsonLog.error({ stage: name, code: error.code, next: error.next }, error.message)
    process.exitCode = exitCodeOf(error)
  }
}

function line(level: string) {
  return (details: object, msg: string): void => {
    process.stderr.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...details, msg })}\n`)
  }
}
