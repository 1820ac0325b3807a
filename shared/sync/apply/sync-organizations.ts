import type { OrganizationSync } from '../../pipeline/index.ts'
import type { BinParts } from '../../runtime/bin/index.ts'
import type { ExitCode } from '../../runtime/errors/index.ts'
import type { Zendesk } from '../../services/zendesk/index.ts'
import { organizationPlanView, readOrganizationPlan } from '../plan/index.ts'
import { applyPlan } from './apply-plan.ts'
import { type AfterCreate, type OrganizationWriting, organizationWriter } from './organization-writer.ts'

/** A sync of organizations, and its connection. */
export type SyncOrganizations = OrganizationSync & {
  /** Connects. A dry run does not call it. */
  connect: () => Zendesk
  afterCreate?: AfterCreate
  /** Runs after all writes. */
  finish?: OrganizationWriting['finish']
}

/** Applies an instance's three arrays. Returns the exit code. Throws like `applyPlan`. */
export async function syncOrganizations(context: BinParts, sync: SyncOrganizations): Promise<ExitCode> {
  const plan = await readOrganizationPlan(context.artifacts.read, sync)
  return applyPlan(context, plan, organizationPlanView(plan, sync), run =>
    organizationWriter(sync, sync.connect(), context.run, run),
  )
}
