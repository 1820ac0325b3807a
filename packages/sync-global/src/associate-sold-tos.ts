import type { Result, SyncObject } from '@support-sync/shared/domain'
import { brief } from '@support-sync/shared/runtime/text'
import type { UserMatch, Zendesk } from '@support-sync/shared/services/zendesk'
import {
  type ConnectedRun,
  failed,
  isRequestFailure,
  result,
  upstreamRefusal,
} from '@support-sync/shared/sync/apply'

/**
 * Associates a new organization's sold-to contacts with it. `nobody`: no user could be associated, so the
 * customer cannot open tickets, and the sync posts to Slack. `unfinished`: an association failed, and the next run repeats
 * it. Each result is on disk before the next user search.
 */
export async function associateSoldTos(
  zendesk: Zendesk,
  { salesforce_id, sold_tos }: Pick<SyncObject, 'salesforce_id' | 'sold_tos'>,
  organizationId: number,
  record: ConnectedRun['record'],
): Promise<'done' | 'nobody' | 'unfinished'> {
  let isAnyAssociated = false
  let isAnyUnfinished = false
  for (const email of sold_tos ?? []) {
    const results = await associateAddress(zendesk, salesforce_id, email, organizationId)
    await record(results)
    isAnyAssociated ||= results.some(({ status }) => status === 'written' || status === 'recognised')
    isAnyUnfinished ||= results.some(({ status }) => status === 'failed')
  }
  if (isAnyUnfinished) return 'unfinished'
  return isAnyAssociated ? 'done' : 'nobody'
}

async function associateAddress(
  zendesk: Zendesk,
  key: string,
  email: string,
  organizationId: number,
): Promise<Result[]> {
  let userId: number | null = null
  try {
    const results: Result[] = []
    for (const match of await zendesk.findUsersByEmail(email)) {
      userId = match.user.id
      results.push(await associate(zendesk, key, match, organizationId))
    }
    return results
  } catch (error) {
    if (!isRequestFailure(error)) throw error
    return [failed({ action: 'associate', key, id: userId }, upstreamRefusal(error))]
  }
}

/** Associates only end users without an organization. Does not move others. */
async function associate(
  zendesk: Zendesk,
  key: string,
  { user }: UserMatch,
  organizationId: number,
): Promise<Result> {
  if (user.suspended === true) {
    const error = 'is suspended and cannot create tickets'
    return result({ action: 'associate', key, id: user.id }, 'skipped', { code: 'USER_SUSPENDED', error })
  }
  if (user.organization_id === organizationId)
    return result({ action: 'associate', key, id: user.id }, 'recognised')
  if (user.role !== 'end-user') {
    const error = `is an ${brief(user.role)}, not an end user`
    return result({ action: 'associate', key, id: user.id }, 'skipped', { code: 'NOT_AN_END_USER', error })
  }
  if (user.organization_id !== null) {
    const error = `is in organization ${user.organization_id}`
    return result({ action: 'associate', key, id: user.id }, 'skipped', {
      code: 'IN_ANOTHER_ORGANIZATION',
      error,
    })
  }
  const membership = await zendesk.addUserToOrganization(user.id, organizationId)
  if (membership.outcome === 'added') {
    return result({ action: 'associate', key, id: user.id }, 'written', { http_status: 201 })
  }
  return failed({ action: 'associate', key, id: user.id }, membership)
}
