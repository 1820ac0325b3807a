import {
  isOwedTooLong,
  type MatchKey,
  matchKey,
  type Owed,
  organizationKey,
  type SyncObject,
} from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import type { Zendesk } from '@support-sync/shared/services/zendesk'
import { type ConnectedRun, result } from '@support-sync/shared/sync/apply'
import { associateSoldTos } from './associate-sold-tos.ts'
import { type Context, notifySlack, type WithoutUsers } from './notify-slack.ts'

type NewOrganization = Pick<SyncObject, 'salesforce_id' | 'name' | 'sold_tos'>

/**
 * The work after a create: associates the sold-to contacts at once, and posts to Slack after all writes. What this run
 * cannot finish is owed: later runs try again, for 7 days.
 */
export function afterCreates(context: Context) {
  const { http, run } = context
  const toPost: WithoutUsers[] = []
  const owed = new Map<string, Owed>((run.lastRun?.owed ?? []).map(one => [nameOf(one), one]))
  /** The salesforce_ids that this run created, so that it does not repeat the work for an earlier run. */
  const own = new Set<string>()

  /** Reports what is owed: with this one added or removed. */
  function note(action: Owed['action'], key: string, organization_id: number | null, isOwed: boolean): void {
    const name = nameOf({ action, key })
    const since = owed.get(name)?.since ?? run.clock().toISOString()
    if (isOwed) owed.set(name, { action, key, organization_id, since })
    else owed.delete(name)
    run.report({ owed: [...owed.values()] })
  }

  async function afterCreate(
    zendesk: Zendesk,
    organization: NewOrganization,
    organizationId: number,
    record: ConnectedRun['record'],
  ): Promise<void> {
    const { salesforce_id, name } = organization
    own.add(salesforce_id)
    note('associate', salesforce_id, organizationId, true)
    const outcome = await associateSoldTos(zendesk, organization, organizationId, record)
    // If the run was cancelled, the outcome is uncertain: it stays owed, and the next run repeats it.
    if (http.stop.aborted.aborted) return
    note('associate', salesforce_id, organizationId, outcome === 'unfinished')
    if (outcome === 'done') note('notify', salesforce_id, organizationId, false)
    if (outcome !== 'nobody') return
    note('notify', salesforce_id, organizationId, true)
    toPost.push({ salesforce_id, name, organizationId })
    const error = 'the sync posts this to Slack after all writes'
    await record([result({ action: 'notify', key: salesforce_id, id: organizationId }, 'owed', { error })])
  }

  /** Does what earlier runs could not finish, and reports what it gives up. */
  async function finishEarlier(zendesk: Zendesk, record: ConnectedRun['record']): Promise<void> {
    const earlier = [...owed.values()].filter(({ key }) => !own.has(key))
    if (earlier.length === 0) return
    const objects = await objectsOf(
      context.artifacts,
      new Set(earlier.map(({ key }) => String(matchKey(key)))),
    )
    const ids = earlier.some(({ organization_id }) => organization_id === null)
      ? await gatheredIds(context.artifacts)
      : undefined
    const givenUp: string[] = []
    for (const one of earlier) {
      const { action, key } = one
      const organization_id = one.organization_id ?? ids?.get(matchKey(key)) ?? null
      const object = objects.get(String(matchKey(key)))
      if (isOwedTooLong(one, run.clock()) || object?.kind === 'gone') {
        note(action, key, organization_id, false)
        givenUp.push(key)
        const error =
          object?.kind === 'gone' ? 'its account has no object any more' : 'it was owed for 7 days'
        // An association has the user's id, which is not known here.
        const id = action === 'associate' ? null : organization_id
        await record([result({ action, key, id }, 'skipped', { code: 'GIVEN_UP', error })])
      } else if (object === undefined || organization_id === null) continue
      else if (action === 'associate')
        await afterCreate(zendesk, object.organization, organization_id, record)
      else if (!own.has(key))
        toPost.push({ salesforce_id: key, name: object.organization.name, organizationId: organization_id })
    }
    if (givenUp.length > 0)
      run.warn(
        'GIVEN_UP',
        'The sync gave up: it could not associate contacts with these new organizations, or post about them to Slack',
        [...new Set(givenUp)],
      )
  }

  async function finish(zendesk: Zendesk, record: ConnectedRun['record']): Promise<void> {
    await finishEarlier(zendesk, record)
    const posted = await notifySlack(context, toPost, record)
    for (const { salesforce_id, organizationId } of posted)
      note('notify', salesforce_id, organizationId, false)
    run.report({ owed: [...owed.values()] })
  }

  return { afterCreate, finish }
}

function nameOf({ action, key }: Pick<Owed, 'action' | 'key'>): string {
  return `${action} ${key}`
}

/** The ids of Global's gathered organizations. */
async function gatheredIds({ read }: Context['artifacts']): Promise<Map<MatchKey | null, number>> {
  const ids = new Map<MatchKey | null, number>()
  for await (const organizations of read(artifacts.instances.global.gathered))
    for (const organization of organizations) ids.set(organizationKey(organization), organization.id)
  return ids
}

type Found = { kind: 'found'; organization: NewOrganization } | { kind: 'gone' }

/** The objects of these keys. A key without an object is `gone`. Empty if this run has no objects. */
async function objectsOf(
  { isThere, read }: Context['artifacts'],
  keys: ReadonlySet<string>,
): Promise<Map<string, Found>> {
  const artifact = artifacts.instances.global.objects
  if (!isThere(artifact)) return new Map()
  const found = new Map<string, Found>([...keys].map(key => [key, { kind: 'gone' }]))
  for await (const objects of read(artifact)) {
    for (const object of objects) {
      const key = String(matchKey(object.salesforce_id))
      if (keys.has(key)) found.set(key, { kind: 'found', organization: object })
    }
  }
  return found
}
