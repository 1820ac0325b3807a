import { join } from 'node:path'
import type { StageName } from '@support-sync/shared/pipeline'

/** A package's own data directory, where its reviewed configuration stands. */
export function packageDataDir(stage: StageName): string {
  return join(import.meta.dirname, '..', '..', 'packages', stage, 'data')
}

/** Which charge name belongs to which section. */
export const PLANS_FILE = join(packageDataDir('processor'), 'plans.yml')
