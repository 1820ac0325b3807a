import { Trouble } from '../errors/index.ts'
import { type Stage, writerOf } from '../pipeline/index.ts'
import { goOnCommand } from './go-on.ts'
import type { Environment } from './read-settings.ts'

const NOT_THERE = ['ARTIFACT_MISSING', 'ARTIFACT_EMPTY']

/**
 * Of an artifact that is missing or empty the same trouble, with the command that writes it as the next step.
 * Anything else that was thrown is given as it is.
 */
export function namingWriter(
  thrown: unknown,
  stage: Stage,
  artifact: string,
  dataDir: string,
  environment: Environment,
): unknown {
  if (!(thrown instanceof Trouble) || !NOT_THERE.includes(thrown.code)) return thrown
  const writer = writerOf(stage, artifact)
  if (!writer) return thrown
  const command = goOnCommand(writer.stage, writer.bin, dataDir, environment)
  return new Trouble(
    thrown.kind,
    thrown.code,
    thrown.message,
    `${writer.stage} ${writer.bin} writes it: ${command}`,
  )
}
