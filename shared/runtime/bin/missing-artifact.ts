import { type Stage, writerOf } from '../../pipeline/index.ts'
import { Trouble } from '../errors/index.ts'
import { goOnCommand } from './go-on.ts'
import type { Environment } from './read-settings.ts'

/** What is mended by writing the artifact anew, and what is said before the command that does. */
const MENDED_BY_WRITER: ReadonlyMap<string, string> = new Map([
  ['ARTIFACT_MISSING', ''],
  ['ARTIFACT_EMPTY', ''],
  ['ARTIFACT_NOT_JSON', ''],
  ['ARTIFACT_RECORD_INVALID', 'docs/artifacts.md lists its attributes. '],
])

/**
 * Of an artifact that is missing, empty, cut or not as it should be the same trouble, with the command that writes it
 * as the next step. Anything else that was thrown is given as it is.
 */
export function namingWriter(
  thrown: unknown,
  stage: Stage,
  artifact: string,
  dataDir: string,
  environment: Environment,
): unknown {
  if (!(thrown instanceof Trouble)) return thrown
  const before = MENDED_BY_WRITER.get(thrown.code)
  const writer = writerOf(stage, artifact)
  if (before === undefined || !writer) return thrown
  const command = goOnCommand(writer.stage, writer.bin, dataDir, environment)
  return new Trouble(
    thrown.kind,
    thrown.code,
    thrown.message,
    `${before}${writer.stage} ${writer.bin} writes it: ${command}`,
  )
}
