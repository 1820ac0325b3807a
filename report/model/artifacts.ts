import type { Artifact } from '@support-sync/shared/pipeline'
import { artifactPath, type Run } from '@support-sync/shared/runs/find'
import { readArtifact } from '@support-sync/shared/runtime/artifacts'
import { ExpectedError } from '@support-sync/shared/runtime/errors'

/** A run's artifacts, and those that could not be read. */
export type RunArtifacts = {
  run: Run
  /** An artifact's records. Empty if the artifact is missing or broken. */
  read: <Item>(artifact: Artifact<Item>) => AsyncIterable<Item>
  /** Whether the run has the artifact. */
  has: (artifact: Artifact) => boolean
  unread: string[]
}

/** Opens a run's artifacts. A report of a broken run omits what cannot be read, and lists it. */
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
