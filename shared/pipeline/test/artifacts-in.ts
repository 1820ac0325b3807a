import { z } from 'zod'
import type { Artifact } from '../index.ts'

function isArtifact(value: object): value is Artifact {
  return 'schema' in value && value.schema instanceof z.ZodType
}

/** Every artifact in the table of artifacts, at any depth. */
export function artifactsIn(value: unknown): Artifact[] {
  if (typeof value !== 'object' || value === null) return []
  return isArtifact(value) ? [value] : Object.values(value).flatMap(artifactsIn)
}
