import {
  BY_ORGANIZATION,
  type Changes,
  type Doubt,
  differences,
  type Held,
  type Instance,
  type Keyed,
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  plainValue,
  type Result,
  type SyncObject,
  settledResults,
  unify,
  withheldChanges,
} from '../../domain/index.ts'
import type { Artifact, OrganizationSync } from '../../pipeline/index.ts'
import { artifactPath, inJson, type Run, recordsWith } from '../find/index.ts'
import type { ExplainedSync } from './model.ts'
import type { PlanReason } from './reason.ts'

/** The record to explain: by key, or for an organization without a key by its instance and Zendesk id. */
export type Wanted = { key: MatchKey } | { id: number; instance: Instance }

export type SyncSide = {
  organizations: Organization[]
  matched: Organization | null
  plan: ExplainedSync['plan']
  held: ExplainedSync['held']
  results: Result[]
}

type Found = { organizations: Organization[]; matched: Organization | null }

/** The record's organizations in Zendesk, and the one that the sync compares. */
export async function readOrganizations(run: Run, sync: OrganizationSync, wanted: Wanted): Promise<Found> {
  const records = await recordsWith(run, sync.artifacts.gathered, textOf(wanted))
  const organizations = records.filter(organization => isWanted(organization, wanted, sync))
  if ('id' in wanted) return { organizations, matched: organizations[0] ?? null }
  const taken = unify(organizations, BY_ORGANIZATION).take(wanted.key)
  return { organizations, matched: taken.kind === 'item' ? taken.item : null }
}

/** What a run's sync will do about a record, and what it did. `object` is what the organization should be. */
export async function readSync(
  run: Run,
  sync: OrganizationSync,
  wanted: Wanted,
  given: Found & { object: SyncObject | null; doubt: Doubt | null; isTrial: boolean },
): Promise<SyncSide> {
  const { organizations, matched, isTrial } = given
  const computed = computedPlan(sync, matched, given)
  const written = isTrial ? null : await artifactsPlan(run, sync, wanted, { ...computed, organizations })
  return {
    organizations,
    matched,
    ...(written ?? computed),
    results: isTrial ? [] : await readResults(run, sync, wanted, organizations),
  }
}

type Planned = Pick<SyncSide, 'plan' | 'held'>

/** What the compare would plan. It does not know which organizations are protected. */
function computedPlan(
  sync: OrganizationSync,
  matched: Organization | null,
  { object, doubt }: { object: SyncObject | null; doubt: Doubt | null },
): Planned {
  const reason = sync.artifacts.held && doubt?.instances.includes(sync.instance) ? doubt.reason : undefined
  const plan = (
    action: ExplainedSync['plan']['action'],
    because: PlanReason,
    changes: Changes = {},
    held: ExplainedSync['held'] = null,
  ): Planned => ({ plan: { action, from: 'computed', because, changes }, held })
  if (matched && object) {
    const changes = differences(sync.attributes, matched, object, 'ignored')
    if (changes === null) return plan('none', { kind: 'in_sync' })
    if (reason === undefined) return plan('update', OTHER_VALUES, changes)
    const levels = { current: matched.support_level, wanted: object.support_level }
    const { kept, withheld } = withheldChanges(changes, reason, levels)
    const isHeld = Object.keys(withheld).length > 0
    const held = isHeld ? { withheld: 'loss' as const, reason, changes: withheld } : null
    return Object.keys(kept).length > 0
      ? plan('update', OTHER_VALUES, kept, held)
      : plan('none', { kind: 'changes_held_back' }, {}, held)
  }
  if (object) {
    return sync.isCreated(object)
      ? plan('create', { kind: 'no_organization' })
      : plan('none', { kind: 'expired_without_organization' })
  }
  if (!matched) return plan('none', { kind: 'nothing_to_be' })
  const isMarked = matched.mark_for_deletion === true
  const mark = reason === undefined ? null : { withheld: 'mark' as const, reason, changes: null }
  if (mark && isMarked) return plan('update', { kind: 'unmarked_in_doubt' }, UNMARK, mark)
  if (!sync.isOurs(matched))
    return plan('none', { kind: 'partner_organization', account_type: plainValue(matched.account_type) })
  if (isMarked) return plan('none', { kind: 'marked_already' })
  if (mark) return plan('none', { kind: 'mark_held_back' }, {}, mark)
  return plan('mark', { kind: 'unclaimed_organization' }, MARK)
}

const OTHER_VALUES: PlanReason = { kind: 'other_values' }
const MARK = { mark_for_deletion: { from: false, to: true } }
const UNMARK = { mark_for_deletion: { from: true, to: false } }

/** The plan in the compare's artifacts. Null if they are missing. */
async function artifactsPlan(
  run: Run,
  sync: OrganizationSync,
  wanted: Wanted,
  computed: Planned & { organizations: readonly Organization[] },
): Promise<Planned | null> {
  const { updates, creates, not_in_sync } = sync.artifacts
  if ([updates, creates, not_in_sync].some(artifact => artifactPath(run, artifact) === undefined)) return null
  const held = await readHeld(run, sync.artifacts.held, computed.organizations)
  const plan = (
    action: ExplainedSync['plan']['action'],
    because: PlanReason,
    changes: Changes = {},
  ): Planned => ({
    plan: { action, from: 'artifacts', because, changes },
    held,
  })
  const text = textOf(wanted)
  const update = (await recordsWith(run, updates, text)).find(record => isWanted(record, wanted, sync))
  if (update) {
    const isAsComputed = computed.plan.action === 'update'
    return plan('update', isAsComputed ? computed.plan.because : OTHER_VALUES, update.changes)
  }
  const created = await recordsWith(run, creates, text)
  if (created.some(object => isWanted({ id: 0, ...object }, wanted, sync)))
    return plan('create', { kind: 'no_organization' })
  const gone = await recordsWith(run, not_in_sync, text)
  const mark = gone.find(organization => isWanted(organization, wanted, sync))
  if (mark?.mark_for_deletion === true) return plan('none', { kind: 'marked_already' })
  if (mark) return plan('mark', { kind: 'unclaimed_organization' }, MARK)
  if (held) return plan('none', { kind: held.withheld === 'mark' ? 'mark_held_back' : 'changes_held_back' })
  return plan('none', computed.plan.action === 'mark' ? { kind: 'protected' } : computed.plan.because)
}

/** What the compare held back for these organizations. If several, the first. */
async function readHeld(
  run: Run,
  artifact: Artifact<Held> | undefined,
  organizations: readonly Organization[],
): Promise<ExplainedSync['held']> {
  for (const { id } of organizations) {
    const records = artifact ? await recordsWith(run, artifact, String(id)) : []
    const held = records.find(record => record.id === id)
    if (held) return { withheld: held.withheld, reason: held.reason, changes: held.changes }
  }
  return null
}

async function readResults(
  run: Run,
  sync: OrganizationSync,
  wanted: Wanted,
  organizations: readonly Organization[],
): Promise<Result[]> {
  const ids = new Set(organizations.map(({ id }) => id))
  const found = await recordsWith(run, sync.artifacts.results, textOf(wanted))
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
