import { dirname, join } from 'node:path'
import type { StageName } from '@support-sync/shared/pipeline'
import { plansFileOf, protectedIdsFileOf } from '@support-sync/shared/runtime/bin'

/** A package's own data directory, where its reviewed configuration stands. */
export function packageDataDir(stage: StageName): string {
  return join(import.meta.dirname, '..', '..', 'packages', stage, 'data')
}

/** Which charge name belongs to which section. */
export function plansFile(environment: NodeJS.ProcessEnv): string {
  return plansFileOf(dirname(packageDataDir('processor')), environment)
}

/** Which organizations the comparison of a stage never marks. */
export function protectedIdsFile(stage: StageName, environment: NodeJS.ProcessEnv): string {
  return protectedIdsFileOf(dirname(packageDataDir(stage)), environment)
}
