import { join } from 'node:path'
import {
  type Overrides,
  overrideSchema,
  type Plans,
  plansUsed,
  planUsedSchema,
  readOverrides,
  readPlans,
} from '@support-sync/shared/domain'
import { parseYaml, readYaml } from '@support-sync/shared/runtime/artifacts'
import { type BinContext, httpContextOf, type overridesSettings } from '@support-sync/shared/runtime/bin'
import { readOverrideText } from '@support-sync/shared/services/overrides'

type Rules = { plans: Plans; overrides: Overrides }
type Context = BinContext<{ overrides: typeof overridesSettings }>

/** What decides besides the accounts: the plans file and the override file. */
export async function readRules(context: Context): Promise<Rules> {
  const plansFile = context.options.plans ?? join(context.packageDir, 'data', 'plans.yml')
  return {
    plans: readPlans(await readYaml(plansFile), plansFile),
    overrides: await readOverrideFile(context),
  }
}

/** Keeps what was decided with beside what was decided: files and projects change, and a run is explained later. */
export function keepRules(context: Context, { plans, overrides }: Rules): void {
  const writePlan = context.write('plans_used.json', planUsedSchema)
  for (const plan of plansUsed(plans)) writePlan(plan)
  const writeOverride = context.write('overrides_used.json', overrideSchema)
  for (const override of [...overrides.byKey.values(), ...overrides.withoutKey]) writeOverride(override)
}

async function readOverrideFile(context: Context): Promise<Overrides> {
  const { overrides: file } = context.options
  const source = file === undefined ? context.settings().overrides : { file }
  const name = 'file' in source ? source.file : `${source.project}/${source.path}`
  return readOverrides(parseYaml(await readOverrideText(source, httpContextOf(context)), name), name)
}
