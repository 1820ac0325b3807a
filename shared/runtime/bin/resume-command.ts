import { PROGRAM } from '../text/index.ts'
import type { Environment } from './read-settings.ts'

/**
 * The command that goes on with a bin: the bin alone or, in a run of the whole pipeline, which RUN_DIR names, that run
 * from the bin's stage on, for what follows the stage has yet to run, too.
 */
export function resumeCommand(
  stage: string,
  bin: string,
  dataDir: string,
  { RUN_DIR: runDir }: Environment,
  ...options: readonly string[]
): string {
  const command = runDir
    ? `run-pipeline --from ${stage} --run-dir ${runDir}`
    : `run-stage ${stage} ${bin} --data-dir ${dataDir}`
  return [PROGRAM, command, ...options].join(' ')
}
