import { Trouble } from '../errors/index.ts'
import { type Stage, writerOf } from '../pipeline/index.ts'
import type { Environment } from './read-settings.ts'

const NOT_THERE = ['ARTIFACT_MISSING', 'ARTIFACT_EMPTY']

/**
 * Of an artifact that is missing or empty the same trouble, with the command that writes it as the next step: in a run
 * of the whole pipeline, which RUN_DIR names, from that stage on. Anything else that was thrown is given as it is.
 */
export function namingWriter(
  thrown: unknown,
  stage: Stage,
  artifact: string,
  dataDir: string,
  { RUN_DIR: runDir }: Environment,
): unknown {
  if (!(thrown instanceof Trouble) || !NOT_THERE.includes(thrown.code)) return thrown
  const writer = writerOf(stage, artifact)
  if (!writer) return thrown
  const name = `${writer.stage} ${writer.bin}`
  const command = runDir
    ? `run-pipeline --from ${writer.stage} --run-dir ${runDir}`
    : `run-stage ${name} --data-dir ${dataDir}`
  return new Trouble(thrown.kind, thrown.code, thrown.message, `${name} writes it: npx -y pnpm@12 ${command}`)
}
