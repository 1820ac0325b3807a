import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readArtifact } from '@support-sync/shared/artifacts'
import { Trouble } from '@support-sync/shared/errors'
import { findStage, STAGES, type StageName } from '@support-sync/shared/pipeline'
import type { z } from 'zod'

/** The artifacts of a run, and those among them that could not be read. */
export type RunArtifacts = {
  /** The records of a stage's artifact; none where the run has no such artifact, or only a broken one. */
  read: <Item>(stage: StageName, name: string, schema: z.ZodType<Item, unknown>) => AsyncIterable<Item>
  unread: string[]
}

/** The artifacts in a run's directory. A report is made of a broken run too: what cannot be read is left out. */
export function runArtifacts(runDir: string): RunArtifacts {
  const unread: string[] = []
  return {
    unread,
    async *read(stage, name, schema) {
      const path = pathOf(runDir, stage, name)
      if (path === undefined) return
      try {
        yield* readArtifact(path, schema)
      } catch (error) {
        if (!(error instanceof Trouble)) throw error
        unread.push(`${stage}: ${error.message}`)
      }
    },
  }
}

/** Where an artifact stands: with the stage that wrote it, or with one that it was handed on to. */
function pathOf(runDir: string, stage: StageName, name: string): string | undefined {
  const holders = [findStage(stage), ...STAGES.filter(({ inputs }) => inputs[name] === stage)]
  return holders
    .flatMap(holder => (holder ? [join(runDir, holder.stage, name)] : []))
    .find(path => existsSync(path))
}
