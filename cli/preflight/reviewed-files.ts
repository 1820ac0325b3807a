import { INSTANCES, protectedOrganization, readOverrides, readPlans } from '@support-sync/shared/domain'
import { compareStage, type StageName } from '@support-sync/shared/pipeline'
import { parseYaml, readYaml } from '@support-sync/shared/runtime/artifacts'
import { consentsText, readConsents } from '@support-sync/shared/runtime/bin'
import { overridesSettings, readSettings } from '@support-sync/shared/runtime/settings'
import type { HttpContext } from '@support-sync/shared/services/http'
import { readOverrideText } from '@support-sync/shared/services/overrides'
import { plansFile, protectedIdsFile } from '../pipeline/package-files.ts'
import { areaFindings, type Finding } from './findings.ts'

const WITH_PROTECTED_IDS: readonly StageName[] = [...INSTANCES.map(compareStage), 'partner-sync']

/** Fetches the override file and reads it as the processor does. An unknown key or a bad value stops a run. */
export async function checkOverrides(
  environment: NodeJS.ProcessEnv,
  file: string | undefined,
  context: HttpContext,
): Promise<readonly Finding[]> {
  const { ok, of } = areaFindings('Override file')
  return of('entries', async () => {
    const source =
      file === undefined ? readSettings({ source: overridesSettings }, environment).source : { file }
    const name = 'file' in source ? source.file : `${source.project}/${source.path}`
    const overrides = readOverrides(await parseYaml(await readOverrideText(source, context), name), name)
    return [ok('entries', `${overrides.byKey.size + overrides.withoutKey.length} in ${name}`)]
  })
}

/** Reads the packages' reviewed files as their stages do. */
export async function checkReviewedFiles(environment: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const { ok, of } = areaFindings('Reviewed files')
  const plans = await of('plans.yml', async () => {
    const file = plansFile(environment)
    const { plan_lookup } = readPlans(await readYaml(file), file)
    return [
      ok('plans.yml', `${plan_lookup.size} charge names in ${new Set(plan_lookup.values()).size} sections`),
    ]
  })
  const lists = await Promise.all(
    WITH_PROTECTED_IDS.map(stage =>
      of('protected_ids.yml', async () => {
        const file = protectedIdsFile(stage, environment)
        protectedOrganization(await readYaml(file), file)
        return [ok('protected_ids.yml', `${stage}: valid`)]
      }),
    ),
  )
  return [...plans, ...lists.flat()]
}

/** A consent for every run disables guards. A value that the bins refuse stops every run. */
export async function checkGuards(environment: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const { of, warning } = areaFindings('Environment')
  return of('ALLOW_MASS_CHANGE', async () => {
    const consents = readConsents(undefined, environment)
    if (consents.size === 0) return []
    return [
      warning(
        'ALLOW_MASS_CHANGE',
        `is set: it allows every run ${consentsText(consents)}`,
        'Unset it. A consent is for one run.',
      ),
    ]
  })
}
