import {
  BY_ORGANIZATION,
  differences,
  heldAttributes,
  type Instance,
  type Keyed,
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  organizationSchema,
  type Result,
  resultSchema,
  type SyncObject,
  settledResults,
  type Update,
  unify,
  updateSchema,
} from '../domain/index.ts'
import { compareStage, type StageName } from '../pipeline/index.ts'
import { artifactPath, inJson, type Run, recordsWith } from '../runs/index.ts'
import { type OrganizationSync, PARTNER_SYNC } from '../syncs/index.ts'
import type { ExplainedSync } from './model.ts'

/** Who is asked about: by key, or an organization without a key by its Zendesk id on its instance. */
export type Wanted = { key: MatchKey } | { id: number; instance: Instance }

export type SyncSide = {
  organizations: Organization[]
  matched: Organization | null
  plan: ExplainedSync['plan']
  results: Result[]
}

/** Where a sync's plan and organizations stand: with the compare and the gather that make them. */
function sourcesOf({ stage, instance }: OrganizationSync): { compare: StageName; gather: StageName } {
  if (stage === PARTNER_SYNC.stage) return { compare: stage, gather: stage }
  return { compare: compareStage(instance), gather: 'orgs' }
}

/** What Zendesk holds of somebody. */
export async function readOrganizations(
  run: Run,
  sync: OrganizationSync,
  wanted: Wanted,
): Promise<{ organizations: Organization[]; matched: Organization | null }> {
  const { inputs, attributes } = sync
  const path = artifactPath(run, sourcesOf(sync).gather, inputs.gathered)
  const records: Organization[] = await recordsWith(path, textOf(wanted), organizationSchema(attributes))
  const organizations = records.filter(organization => isWanted(organization, wanted, sync))
  if ('id' in wanted) return { organizations, matched: organizations[0] ?? null }
  const matched = unify(organizations, BY_ORGANIZATION).claim(wanted.key)
  return { organizations, matched: typeof matched === 'string' ? null : matched }
}

/** What a sync of a run will do about somebody, and what it did. `object` is what the organization should be. */
export async function readSync(
  run: Run,
  sync: OrganizationSync,
  wanted: Wanted,
  held: { organizations: Organization[]; matched: Organization | null },
  object: SyncObject | null,
  isTrial: boolean,
): Promise<SyncSide> {
  const computed = computedPlan(sync, held.matched, object)
  const artifacts = isTrial ? null : await artifactsPlan(run, sync, wanted, computed)
  return {
    ...held,
    plan: artifacts ?? computed,
    results: isTrial ? [] : await readResults(run, sync, wanted, held.organizations),
  }
}

/** What the compare would plan. Of an organization without object it cannot tell whether it is protected. */
function computedPlan(
  sync: OrganizationSync,
  matched: Organization | null,
  object: SyncObject | null,
): ExplainedSync['plan'] {
  const plan = (action: ExplainedSync['plan']['action'], because: string, changes = {}) => ({
    action,
    from: 'computed' as const,
    because,
    changes,
  })
  if (matched && object) {
    const changes = differences(heldAttributes(sync.attributes, matched), matched, object)
    if (changes === null) return plan('none', 'Zendesk holds what it should')
    return plan('update', 'it holds other values', changes)
  }
  if (object) {
    return sync.isCreated(object)
      ? plan('create', 'there is no organization yet')
      : plan('none', 'there is no organization, and an expired account gets none')
  }
  if (!matched) return plan('none', 'there is no organization, and there should be none')
  if (!sync.isOurs(matched))
    return plan('none', `a partner's organization (${matched.account_type}) is partner-sync's`)
  return matched.mark_for_deletion === true
    ? plan('none', 'it is marked already')
    : plan('mark', 'nothing says what it should be', { mark_for_deletion: { from: false, to: true } })
}

/** What the compare's artifacts plan; null where they are missing. */
async function artifactsPlan(
  run: Run,
  sync: OrganizationSync,
  wanted: Wanted,
  computed: ExplainedSync['plan'],
): Promise<ExplainedSync['plan'] | null> {
  const { inputs, attributes, createSchema } = sync
  const { compare } = sourcesOf(sync)
  const pathOf = (name: string) => artifactPath(run, compare, name)
  const paths = [inputs.updates, inputs.creates, inputs.not_in_sync].map(pathOf)
  if (paths.includes(undefined)) return null
  const from = 'artifacts' as const
  const text = textOf(wanted)
  const updates: Update[] = await recordsWith(pathOf(inputs.updates), text, updateSchema(attributes))
  const update = updates.find(record => isWanted(record, wanted, sync))
  if (update) return { action: 'update', from, because: 'it holds other values', changes: update.changes }
  const creates: SyncObject[] = await recordsWith(pathOf(inputs.creates), text, createSchema)
  if (creates.some(object => isWanted({ id: 0, ...object }, wanted, sync)))
    return { action: 'create', from, because: 'there is no organization yet', changes: {} }
  const gone: Organization[] = await recordsWith(
    pathOf(inputs.not_in_sync),
    text,
    organizationSchema(attributes),
  )
  const mark = gone.find(organization => isWanted(organization, wanted, sync))
  if (mark?.mark_for_deletion === true)
    return { action: 'none', from, because: 'it is marked already', changes: {} }
  if (mark) {
    const changes = { mark_for_deletion: { from: false, to: true } }
    return { action: 'mark', from, because: 'nothing says what it should be', changes }
  }
  const because =
    computed.action === 'mark' ? 'protected_ids.yml keeps it: it is never marked' : computed.because
  return { action: 'none', from, because, changes: {} }
}

async function readResults(
  run: Run,
  sync: OrganizationSync,
  wanted: Wanted,
  organizations: readonly Organization[],
): Promise<Result[]> {
  const path = artifactPath(run, sync.stage, 'sync_results.json')
  const ids = new Set(organizations.map(({ id }) => id))
  const found = await recordsWith(path, textOf(wanted), resultSchema)
  return settledResults(
    found.filter(({ key, id }) =>
      'key' in wanted ? matchKey(key) === wanted.key : id !== null && ids.has(id),
    ),
  )
}

function isWanted(
  organization: Keyed & { id: number },
  wanted: Wanted,
  { instance }: OrganizationSync,
): boolean {
  return 'key' in wanted
    ? organizationKey(organization) === wanted.key
    : organization.id === wanted.id && instance === wanted.instance
}

function textOf(wanted: Wanted): string {
  return 'key' in wanted ? inJson(wanted.key) : String(wanted.id)
}
