import { type Overrides, type Plans, plansUsed, readOverrides, readPlans } from '@support-sync/shared/domain'
import { artifacts, type BINS } from '@support-sync/shared/pipeline'
import { parseYaml, readYaml } from '@support-sync/shared/runtime/artifacts'
import type { BinContext, PartsOf } from '@support-sync/shared/runtime/bin'
import { type overridesSettings, plansFileOf } from '@support-sync/shared/runtime/settings'
import { readOverrideText } from '@support-sync/shared/services/overrides'

type Rules = { plans: Plans; overrides: Overrides }
export type Parts = PartsOf<typeof BINS.processor.processor>
type Context = Parts & Pick<BinContext<{ overrides: typeof overridesSettings }>, 'settings'>

/** Reads the plans file and the override file. */
export async function readRules(context: Context): Promise<Rules> {
  const plansFile = context.run.options.plans ?? plansFileOf(context.run.packageDir, context.run.environment)
  return {
    plans: readPlans(await readYaml(plansFile), plansFile),
    overrides: await readOverrideFile(context),
  }
}

/** Saves the rules next to the decisions: the files may have changed by the time you explain the run. */
export function keepRules({ artifacts: { write } }: Parts, { plans, overrides }: Rules): void {
  const writePlan = write(artifacts.plansUsed)
  for (const plan of plansUsed(plans)) writePlan(plan)
  const writeOverride = write(artifacts.overridesUsed)
  for (const override of [...overrides.byKey.values(), ...overrides.withoutKey]) writeOverride(override)
}

async function readOverrideFile(context: Context): Promise<Overrides> {
  const { overrides: file } = context.run.options
  const source = file === undefined ? context.settings().overrides : { file }
  const name = 'file' in source ? source.file : `${source.project}/${source.path}`
  return readOverrides(await parseYaml(await readOverrideText(source, context.http), name), name)
}
