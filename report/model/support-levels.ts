import { INSTANCES, type Instance, SUPPORT_LEVELS } from '@support-sync/shared/domain'
import { artifacts as pipelineArtifacts } from '@support-sync/shared/pipeline'
import { z } from 'zod'
import type { RunArtifacts } from './artifacts.ts'
import type { LevelCounts } from './schema.ts'

const NONE = 'none'
const OTHER = 'other'
const levelSchema = z.looseObject({ support_level: z.string().nullish() })

/** How many gathered organizations have each support level, and how many objects. */
export async function supportLevels(artifacts: RunArtifacts): Promise<LevelCounts[]> {
  const counted: LevelCounts[] = []
  for (const instance of INSTANCES) {
    const levels = await countLevels(artifacts, instance)
    if (levels.length > 0) counted.push({ instance, levels })
  }
  return counted
}

async function countLevels(artifacts: RunArtifacts, instance: Instance): Promise<LevelCounts['levels']> {
  const { gathered, objects } = pipelineArtifacts.instances[instance]
  const before = await count(artifacts.read({ ...gathered, schema: levelSchema }))
  const now = await count(artifacts.read({ ...objects, schema: levelSchema }))
  return [...SUPPORT_LEVELS, OTHER, NONE]
    .map(level => ({ level, before: before.get(level) ?? 0, now: now.get(level) ?? 0 }))
    .filter(({ before, now }) => before + now > 0)
}

async function count(records: AsyncIterable<z.infer<typeof levelSchema>>): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for await (const { support_level } of records) {
    const level = nameOf(support_level)
    counts.set(level, (counts.get(level) ?? 0) + 1)
  }
  return counts
}

/** The name of a level. An agent may have entered any text. */
function nameOf(given: string | null | undefined): string {
  if (!given) return NONE
  return SUPPORT_LEVELS.find(level => level === given) ?? OTHER
}
