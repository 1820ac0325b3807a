import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { consentText, INSTANCE_ARTIFACTS, INSTANCES, letThrough } from '../../domain/index.ts'
import { type Bin, STAGES, type Stage, writerOf } from '../../pipeline/index.ts'
import { ExpectedError } from '../errors/index.ts'
import type { Environment } from './read-settings.ts'
import { resumeCommand } from './resume-command.ts'

/** Artifacts that are never empty in an ordinary hour: what was gathered, and the objects. */
const FILLED = new Set([
  ...STAGES.flatMap(({ bins }) => bins.flatMap(({ gathers, writes }) => (gathers ? writes : []))),
  ...INSTANCES.map(instance => INSTANCE_ARTIFACTS[instance].objects),
])

/** Larger files are not empty arrays. */
const MAX_EMPTY = 64

/** A guard's stop: an artifact without records. It says how to let all through that are empty now. */
export function emptyArtifact(
  name: string,
  given: {
    stage: Stage
    bin: Bin | undefined
    dataDir: string
    environment: Environment
    /** Those that the last run let through, and that may stay empty. */
    known: readonly string[]
  },
): ExpectedError {
  const { stage, bin, dataDir, environment, known } = given
  const others = (bin?.reads ?? []).filter(
    other => other !== name && FILLED.has(other) && !known.includes(other) && isEmpty(join(dataDir, other)),
  )
  const writer = writerOf(stage, name)
  const command = resumeCommand(stage.stage, bin?.bin ?? '', dataDir, environment)
  return new ExpectedError({
    kind: 'guard',
    code: 'NO_RECORDS',
    message: `${[name, ...others].join(' and ')} ${others.length > 0 ? 'have' : 'has'} no records: an empty artifact is never taken for the truth`,
    next: `Find out why first${writer ? `: ${writer.stage} ${writer.bin} writes it: ${resumeCommand(writer.stage, writer.bin, dataDir, environment)}` : ''}. If there is really nothing yet, ${letThrough(command, consentText(stage.stage, 'empty', others.length + 1))}. After that it may stay empty`,
  })
}

function isEmpty(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false })
  if (!file?.isFile() || file.size > MAX_EMPTY) return false
  return /^\s*\[\s*\]\s*$/.test(readFileSync(path, 'utf8'))
}
