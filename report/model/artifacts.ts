import type { Artifact } from '@support-sync/shared/pipeline'
import { artifactPath, type Run } from '@support-sync/shared/runs/find'
import { readArtifact } from '@support-sync/shared/runtime/artifacts'
import { ExpectedError } from '@support-sync/shared/runtime/errors'

/** The artifacts of a run, and those among them that could not be read. */
export type RunArtifacts = {
  run: Run
  /** An artifact's records; none where the run has no such artifact, or only a broken one. */
  read: <Item>(artifact: Artifact<Item>) => AsyncIterable<Item>
  /** Whether the run left it. */
  has: (artifact: Artifact) => boolean
  unread: string[]
}

/** The artifacts of a run. A report is made of a broken run too: what cannot be read is left out, and told. */
export function runArtifacts(run: Run): RunArtifacts {
  const unread: string[] = []
  return {
    run,
    unread,
    has: artifact => artifactPath(run, artifact) !== undefined,
    async *read(artifact) {
      const path = artifactPath(run, artifact)
      if (path === undefined) return
      try {
        yield* readArtifact(path, artifact.schema)
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error
        unread.push(`${artifact.producer}: ${error.message}`)
      }
    },
  }
}
