import { failed, type RecordResults, result } from '@support-sync/shared/apply'
import type { Result, SyncObject } from '@support-sync/shared/domain'
import { postToSlack, slackLink, slackText } from '@support-sync/shared/slack'
import {
  type BinContext,
  neighboursOf,
  type slackSettings,
  type zendeskSettings,
} from '@support-sync/shared/stage'
import { brief } from '@support-sync/shared/text'
import type { UserMatch, Zendesk } from '@support-sync/shared/zendesk'

type Context = BinContext<{ zendesk: typeof zendeskSettings.global; slack: typeof slackSettings }>

/**
 * Associates a new organization's sold-to contacts with it. Tells Slack when not one could be associated:
 * then nobody of that customer can open a ticket for it. Each result is on disk before the next user is looked up.
 */
export async function associateSoldTos(
  context: Context,
  zendesk: Zendesk,
  object: SyncObject,
  organizationId: number,
  record: RecordResults,
): Promise<void> {
  let isAnyAssociated = false
  for (const email of object.sold_tos ?? []) {
    for (const match of await zendesk.findUsersByEmail(email)) {
      const associated = await associate(zendesk, object.salesforce_id, match, organizationId)
      await record([associated])
      isAnyAssociated ||= associated.status === 'written' || associated.status === 'recognised'
    }
  }
  // A stopped run may not know; the next one recognises the organization and comes here again.
  if (!isAnyAssociated && !context.stop.now.aborted) await tellSlack(context, object, organizationId)
}

/** Only an end-user in no organization is associated; everybody else stays where they are. */
async function associate(
  zendesk: Zendesk,
  key: string,
  { user }: UserMatch,
  organizationId: number,
): Promise<Result> {
  if (user.organization_id === organizationId) return result('associate', key, user.id, 'recognised')
  if (user.role !== 'end-user') {
    return result('associate', key, user.id, 'skipped', {
      code: 'NOT_AN_END_USER',
      error: `is an ${brief(user.role)}: left alone`,
    })
  }
  if (user.organization_id !== null) {
    return result('associate', key, user.id, 'skipped', {
      code: 'IN_ANOTHER_ORGANIZATION',
      error: `is in organization ${user.organization_id}`,
    })
  }
  const membership = await zendesk.addUserToOrganization(user.id, organizationId)
  if (membership.outcome === 'added') {
    return result('associate', key, user.id, 'written', { http_status: 201 })
  }
  return failed('associate', key, user.id, membership)
}

async function tellSlack(context: Context, { name, salesforce_id }: SyncObject, organizationId: number) {
  const { slack, zendesk } = context.settings()
  const link = slackLink(`${new URL(zendesk.url).origin}/agent/organizations/${organizationId}`, name)
  const text = `No user could be associated with the new organization ${link} (${slackText(brief(salesforce_id))}).`
  // Whatever goes wrong here must not stop the sync behind it.
  const posted = await postToSlack(slack, text, neighboursOf(context)).catch(() => ({
    ok: false,
    code: 'SLACK_FAILED',
  }))
  if (posted.ok) return
  const code = 'code' in posted ? posted.code : 'SLACK_FAILED'
  context.warn('SLACK_FAILED', `Slack was not told that an organization has no users: ${code}`, [
    salesforce_id,
  ])
}
