import { type Stage, writerOf } from '../../pipeline/index.ts'
import { ExpectedError } from '../errors/index.ts'
import type { Environment } from './read-settings.ts'
import { resumeCommand } from './resume-command.ts'

/** What is mended by writing the artifact anew, and what is said before the command that does. */
const MENDED_BY_WRITER: ReadonlyMap<string, string> = new Map([
  ['ARTIFACT_MISSING', ''],
  ['ARTIFACT_EMPTY', ''],
  ['ARTIFACT_NOT_JSON', ''],
  ['ARTIFACT_RECORD_INVALID', 'docs/artifacts.md lists its attributes. '],
])

/**
 * Of an artifact that is missing, empty, cut or not as it should be the same problem, with the command that writes it
 * as the next step. Anything else that was thrown is given as it is.
 */
export function namingWriter(
  thrown: unknown,
  stage: Stage,
  artifact: string,
  dataDir: string,
  environment: Environment,
): unknown {
  if (!(thrown instanceof ExpectedError)) return thrown
  const before = MENDED_BY_WRITER.get(thrown.code)
  const writer = writerOf(stage, artifact)
  if (before === undefined || !writer) return thrown
  const command = resumeCommand(writer.stage, writer.bin, dataDir, environment)
  return new ExpectedError({
    kind: thrown.kind,
    code: thrown.code,
    message: thrown.message,
    next: `${before}${writer.stage} ${writer.bin} writes it: ${command}`,
  })
}
