import { resolve } from 'node:path'
import { readOverrides, readPlans } from '@support-sync/shared/domain'
import { parseYaml, readYaml } from '@support-sync/shared/runtime/artifacts'
import { httpContext } from '@support-sync/shared/services/http'
import { readOverrideText } from '@support-sync/shared/services/overrides'
import { readReviewedPlan } from '@support-sync/shared/sync/plan'

/** The files named on the command line. */
type NamedFiles = { plan?: string | undefined; plans?: string | undefined; overrides?: string | undefined }

/**
 * Reads the files before the gathers start, because the stage that needs one may run half an hour later. Throws the
 * same errors as that stage.
 */
export async function checkNamedFiles({ plan, plans, overrides }: NamedFiles): Promise<void> {
  if (plan !== undefined) await readReviewedPlan(resolve(plan))
  if (plans !== undefined) readPlans(await readYaml(plans, 'Check --plans.'), plans)
  if (overrides === undefined) return
  const text = await readOverrideText({ file: overrides }, httpContext())
  readOverrides(await parseYaml(text, overrides), overrides)
}
