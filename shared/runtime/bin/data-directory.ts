import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Bin } from '../../pipeline/index.ts'
import { makePrivateDirectory, removeArtifacts } from '../artifacts/index.ts'
import { badInput, expectedFrom } from '../errors/index.ts'
import { type Lock, takeLock } from '../lock/index.ts'
import { summaryPath } from '../records/index.ts'

/** The plan that a dry run writes if it has no terminal. It is not in the stage table, because no stage reads it. */
export const SHOWN_PLAN = 'sync_plan.json'

/**
 * Prepares the data directory: creates it, locks it for this bin, and removes its outputs. The lock comes first, so that
 * the outputs of an active run stay. Throws an `ExpectedError`.
 */
export async function prepareDataDirectory(
  dataDir: string,
  { stage, bin, ...row }: Bin,
  now: Date,
): Promise<Lock> {
  const summary = summaryPath(dataDir, stage, bin)
  await usable(dataDir, () => makePrivateDirectory(join(dataDir, 'summaries')))
  const lock = takeLock(`${dataDir} with ${stage} ${bin}`, join(dataDir, `.${bin}.lock`), now)
  await usable(dataDir, async () => {
    await removeArtifacts(dataDir, [
      ...row.writes.map(({ name }) => name),
      ...(row.syncs ? [SHOWN_PLAN] : []),
    ])
    rmSync(summary, { force: true })
  })
  return lock
}

/** Throws an `ExpectedError` if the directory does not exist. A dry run does not create it. */
export function requireDirectory(dataDir: string): void {
  if (statSync(dataDir, { throwIfNoEntry: false })?.isDirectory()) return
  throw badInput('DATA_DIR_UNUSABLE', {
    message: `there is no directory ${dataDir}`,
    next: 'With --data-dir, name the directory that has the artifacts.',
  })
}

async function usable(dataDir: string, act: () => unknown): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (expectedFrom(error)) throw error
    throw badInput('DATA_DIR_UNUSABLE', {
      message: `the data directory ${dataDir} cannot be used: ${error instanceof Error ? error.message : error}`,
      next: 'With --data-dir, name a directory that this user can write to.',
      cause: error,
    })
  }
}
