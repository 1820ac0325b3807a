import { type Result, resultSchema } from '@support-sync/shared/apply'
import { readArtifact } from '@support-sync/shared/artifacts'

/** How many writes of each action were made, and how many failed. */
export type ResultCounts = Record<Result['action'], number> & { failed: number }

/** Counts a sync_results.json; null where there is none (a dry run, or nothing was begun). */
export async function countResults(path: string): Promise<ResultCounts | null> {
  const counts: ResultCounts = { create: 0, associate: 0, update: 0, mark: 0, failed: 0 }
  try {
    for await (const { action, status } of readArtifact(path, resultSchema)) {
      if (status === 'written') counts[action] += 1
      if (status === 'failed') counts.failed += 1
    }
  } catch {
    return null
  }
  return counts
}
