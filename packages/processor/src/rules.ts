import { join } from 'node:path'
import { parseYaml, readYaml } from '@support-sync/shared/artifacts'
import { type Overrides, type Plans, readOverrides, readPlans } from '@support-sync/shared/domain'
import { readOverrideText } from '@support-sync/shared/overrides'
import { type BinContext, neighboursOf, type overridesSettings } from '@support-sync/shared/stage'

type Context = BinContext<{ overrides: typeof overridesSettings }>

/** What decides besides the accounts: the plans file and the override file. */
export async function readRules(context: Context): Promise<{ plans: Plans; overrides: Overrides }> {
  const plansFile = context.options.plans ?? join(context.packageDir, 'data', 'plans.yml')
  return {
    plans: readPlans(await readYaml(plansFile), plansFile),
    overrides: await readOverrideFile(context),
  }
}

async function readOverrideFile(context: Context): Promise<Overrides> {
  const { overrides: file } = context.options
  const source = file === undefined ? context.settings().overrides : { file }
  const name = 'file' in source ? source.file : `${source.project}/${source.path}`
  return readOverrides(parseYaml(await readOverrideText(source, neighboursOf(context)), name), name)
}
