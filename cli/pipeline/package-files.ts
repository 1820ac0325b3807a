import { dirname, join } from 'node:path'
import type { StageName } from '@support-sync/shared/pipeline'
import { plansFileOf, protectedIdsFileOf } from '@support-sync/shared/runtime/settings'

/** A package's data directory, which has its reviewed configuration. */
export function packageDataDir(stage: StageName): string {
  return join(import.meta.dirname, '..', '..', 'packages', stage, 'data')
}

/** The file that maps charge names to sections. */
export function plansFile(environment: NodeJS.ProcessEnv): string {
  return plansFileOf(dirname(packageDataDir('processor')), environment)
}

/** The file of organizations that a compare stage never marks. */
export function protectedIdsFile(stage: StageName, environment: NodeJS.ProcessEnv): string {
  return protectedIdsFileOf(dirname(packageDataDir(stage)), environment)
}
