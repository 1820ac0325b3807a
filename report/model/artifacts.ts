import type { StageName } from '@support-sync/shared/pipeline'
import { artifactPath, type Run } from '@support-sync/shared/runs/find'
import { readArtifact } from '@support-sync/shared/runtime/artifacts'
import { ExpectedError } from '@support-sync/shared/runtime/errors'
import type { z } from 'zod'

/** The artifacts of a run, and those among them that could not be read. */
export type RunArtifacts = {
  run: Run
  /** The records of a stage's artifact; none where the run has no such artifact, or only a broken one. */
  read: <Item>(stage: StageName, name: string, schema: z.ZodType<Item, unknown>) => AsyncIterable<Item>
  /** Whether the run left it. */
  has: (stage: StageName, name: string) => boolean
  unread: string[]
}

/** The artifacts of a run. A report is made of a broken run too: what cannot be read is left out, and told. */
export function runArtifacts(run: Run): RunArtifacts {
  const unread: string[] = []
  return {
    run,
    unread,
    has: (stage, name) => artifactPath(run, stage, name) !== undefined,
    async *read(stage, name, schema) {
      const path = artifactPath(run, stage, name)
      if (path === undefined) return
      try {
        yield* readArtifact(path, schema)
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error
        unread.push(`${stage}: ${error.message}`)
      }
    },
  }
}
