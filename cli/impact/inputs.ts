import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  type Day,
  dayOf,
  daySchema,
  isSalesforceId,
  longId,
  PARTNERS_INSTANCE,
} from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { dataDirOf, findRun, newestRun, readToday } from '@support-sync/shared/runs/find'
import { readArtifact } from '@support-sync/shared/runtime/artifacts'
import { overridesSettings, readSettings } from '@support-sync/shared/runtime/settings'
import { httpContext } from '@support-sync/shared/services/http'
import { readOverrideText } from '@support-sync/shared/services/overrides'
import { dayGiven } from '../command/day.ts'
import { RUNS } from '../command/runs.ts'
import type { AccountFacts } from './difference.ts'

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'artifacts', 'processor')
/** The date of the fixtures. */
const FIXTURES_DAY = '2026-01-15'

/** The fixtures' override file, and the one that a run's processor keeps (YAML is a superset of JSON). */
const OVERRIDE_FILES = ['overrides.yml', artifacts.overridesUsed.name]

export type Inputs = { dataDir: string; today: Day; source: string }

/** The accounts to decide about (from a run, a directory, the newest run, or the fixtures) and the date to decide by. */
export function inputsFrom(given: {
  run?: string | undefined
  dataDir?: string | undefined
  today?: string | undefined
}): Inputs {
  const day = given.today === undefined ? undefined : dayGiven(given.today)
  const now = dayOf(new Date())
  const isRun = given.run !== undefined || (given.dataDir === undefined && newestRun(RUNS) !== undefined)
  if (isRun) {
    const run = findRun(given.run, RUNS)
    const today = day ?? readToday(run, 'processor', 'processor') ?? now
    return { dataDir: dataDirOf(run, 'processor'), today, source: `run ${run.name}` }
  }
  if (given.dataDir !== undefined)
    return { dataDir: resolve(given.dataDir), today: day ?? now, source: given.dataDir }
  return { dataDir: FIXTURES, today: day ?? daySchema.parse(FIXTURES_DAY), source: 'fixtures' }
}

/**
 * The override file of both sides: the one in the data directory, or else the configured one. It is fetched once, so
 * both sides use the same content.
 */
export async function overridesFor(
  { dataDir }: Inputs,
  environment: NodeJS.ProcessEnv,
  directory: string,
): Promise<string> {
  const own = OVERRIDE_FILES.map(name => join(dataDir, name)).find(path => existsSync(path))
  if (own !== undefined) return own
  const { source } = readSettings({ source: overridesSettings }, environment)
  if ('file' in source) return resolve(source.file)
  const copy = join(directory, 'overrides.yml')
  await writeFile(copy, await readOverrideText(source, httpContext()), { mode: 0o600 })
  return copy
}

/**
 * The alliance partner's account: the configured one, or else the account of the organization of that type. Both sides
 * must skip the same account.
 */
export async function allianceFor(
  { dataDir }: Inputs,
  { ALLIANCE_ACCOUNT_ID }: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  if (ALLIANCE_ACCOUNT_ID) return ALLIANCE_ACCOUNT_ID
  const { name, schema } = artifacts.instances[PARTNERS_INSTANCE].gathered
  const path = join(dataDir, name)
  if (!existsSync(path)) return undefined
  for await (const { salesforce_id, account_type } of readArtifact(path, schema))
    if (account_type === 'alliance_partner' && isSalesforceId(salesforce_id ?? ''))
      return salesforce_id ?? undefined
  return undefined
}

/** The accounts' names and ARR by 18-character salesforce_id, and the names of their charges. */
export async function factsOf({
  dataDir,
}: Inputs): Promise<{ facts: Map<string, AccountFacts>; chargeNames: Set<string> }> {
  const facts = new Map<string, AccountFacts>()
  const chargeNames = new Set<string>()
  const accounts = readArtifact(join(dataDir, artifacts.accounts.name), artifacts.accounts.schema)
  for await (const { salesforce_id, name, arr, charges } of accounts) {
    facts.set(longId(salesforce_id), { salesforce_id, name, arr })
    for (const { charge_name } of charges) if (charge_name !== null) chargeNames.add(charge_name.trim())
  }
  return { facts, chargeNames }
}
