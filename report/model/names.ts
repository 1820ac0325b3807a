import { INSTANCES, type Instance, matchKey } from '@support-sync/shared/domain'
import { artifacts, compareStage, findStage, USER_SYNC } from '@support-sync/shared/pipeline'
import {
  type Addresses,
  accountLink,
  artifactPath,
  namesOf,
  organizationsLink,
  type Run,
  usersLink,
} from '@support-sync/shared/runs/find'
import { clip } from './clip.ts'
import type { Named } from './schema.ts'

/** A stage's key of an account, an organization or a user. */
export type StageKey = {
  stage: string
  key: string
  /** The record that the key is about, if the key itself is not an id. */
  about?: string
}

type Found = { name: string; id: number | null }

/**
 * Finds the names of the keys in the report's cards, with links to Salesforce and Zendesk, from the run's artifacts.
 * Omits keys that are neither a salesforce_id nor a Zendesk id, such as charge names.
 */
export async function nameKeys(
  run: Run,
  addresses: Addresses,
  wanted: readonly StageKey[],
): Promise<Record<string, Named>> {
  const named: Record<string, Named> = {}
  if (wanted.length === 0) return named
  const accounts = await accountNames(run, wanted)
  const organizations = await organizationsOf(run, wanted)
  for (const { stage: name, key: written, about: key = written } of wanted) {
    const stage = findStage(name)
    const own = stage?.instance ?? INSTANCES.find(instance => compareStage(instance) === name)
    const instances = own ? [own] : INSTANCES
    const matching = instances.flatMap(instance => {
      const found = organizations[instance].get(comparable(key))
      return found ? [{ instance, ...found }] : []
    })
    // Each instance has its own ids, so an id that both have is ambiguous.
    const [organization, another] = matching
    const isCertain = organization && (another === undefined || matchKey(key) !== null)
    const isUser = name === USER_SYNC.stage && !organization && matchKey(key) === null && /^\d+$/.test(key)
    const prefix = isCertain ? organizationsLink(addresses, organization.instance) : null
    const users = isUser && stage?.instance ? usersLink(addresses, stage.instance) : null
    const one: Named = {
      name: accounts.get(comparable(key)) ?? (isCertain ? organization.name : null),
      salesforce: matchKey(key) === null ? null : accountLink(addresses, key),
      zendesk: users
        ? `${users}${key}`
        : prefix && organization && organization.id !== null
          ? `${prefix}${organization.id}`
          : null,
    }
    if (one.name !== null || one.salesforce !== null || one.zendesk !== null)
      named[nameKey({ stage: name, key: written })] = one
  }
  return named
}

/** The key of a name in the report. */
export function nameKey({ stage, key }: Pick<StageKey, 'stage' | 'key'>): string {
  return `${stage} ${key}`
}

function comparable(key: string): string {
  return matchKey(key) ?? key
}

async function accountNames(run: Run, wanted: readonly StageKey[]): Promise<ReadonlyMap<string, string>> {
  const keys = new Set(wanted.map(({ key, about = key }) => comparable(about)))
  const names = new Map<string, string>()
  for (const artifact of [artifacts.accounts, artifacts.partners.objects]) {
    for (const { salesforce_id, name } of await namesOf(artifactPath(run, artifact))) {
      const key = salesforce_id === null ? null : matchKey(salesforce_id)
      if (key !== null && keys.has(key)) names.set(key, clip(name))
    }
  }
  return names
}

/** The wanted organizations, by match key and by id. */
async function organizationsOf(run: Run, wanted: readonly StageKey[]) {
  const keys = new Set(wanted.map(({ key, about = key }) => comparable(about)))
  const found: Record<Instance, Map<string, Found>> = Object.assign(
    {},
    ...INSTANCES.map(instance => ({ [instance]: new Map<string, Found>() })),
  )
  for (const instance of INSTANCES) {
    for (const { id, salesforce_id, sfdc_short_id, name } of await namesOf(
      artifactPath(run, artifacts.instances[instance].gathered),
    )) {
      const own = { id, name: clip(name) }
      const key = matchKey(salesforce_id ?? '') ?? matchKey(sfdc_short_id ?? '') ?? salesforce_id
      if (key !== null && keys.has(key) && !found[instance].has(key)) found[instance].set(key, own)
      if (keys.has(String(id))) found[instance].set(String(id), own)
    }
  }
  return found
}
