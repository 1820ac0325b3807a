import type { BINS } from '@support-sync/shared/pipeline'
import type { BinContext, PartsOf } from '@support-sync/shared/runtime/bin'
import type { slackSettings, zendeskSettings } from '@support-sync/shared/runtime/settings'
import { brief } from '@support-sync/shared/runtime/text'
import type { HttpContext } from '@support-sync/shared/services/http'
import { postToSlack, slackLink, slackText } from '@support-sync/shared/services/slack'
import { type ConnectedRun, result } from '@support-sync/shared/sync/apply'

type Groups = { zendesk: typeof zendeskSettings.global; slack: typeof slackSettings }
export type Context = PartsOf<typeof BINS.sync.global> & Pick<BinContext<Groups>, 'settings'>

/** A new organization without users. */
export type WithoutUsers = { salesforce_id: string; name: string; organizationId: number }

/** How long all messages together may delay a run. */
const MAX_MS = 30_000

/** Posts a message about each organization without users. Returns those that it posted; the next run posts the others. */
export async function notifySlack(
  context: Context,
  organizations: readonly WithoutUsers[],
  record: ConnectedRun['record'],
): Promise<WithoutUsers[]> {
  const posted: WithoutUsers[] = []
  const timeIsUp = AbortSignal.timeout(MAX_MS)
  const { cancelled, aborted } = context.http.stop
  const stop = {
    cancelled: AbortSignal.any([cancelled, timeIsUp]),
    aborted: AbortSignal.any([aborted, timeIsUp]),
  }
  const { sleep, ...services } = context.http
  const limited = { ...services, stop, sleep: (ms: number, signal = stop.cancelled) => sleep(ms, signal) }
  const owed: string[] = []
  let last = ''
  for (const { salesforce_id, name, organizationId } of organizations) {
    const code = await post(context, { salesforce_id, name, organizationId }, limited)
    if (code !== null) {
      owed.push(salesforce_id)
      last = code
    } else posted.push({ salesforce_id, name, organizationId })
    const outcome =
      code === null
        ? result({ action: 'notify', key: salesforce_id, id: organizationId }, 'written')
        : result({ action: 'notify', key: salesforce_id, id: organizationId }, 'owed', {
            code: 'SLACK_FAILED',
            error: `not posted to Slack: ${code}`,
          })
    await record([outcome])
  }
  if (owed.length > 0)
    context.run.warn(
      'SLACK_FAILED',
      `A message about an organization without users was not posted to Slack: ${last}`,
      owed,
    )
  return posted
}

/** Posts one message. Returns the code of the failure, or null. */
async function post(
  context: Context,
  { salesforce_id, name, organizationId }: WithoutUsers,
  services: HttpContext,
): Promise<string | null> {
  const { slack, zendesk } = context.settings()
  const link = slackLink(`${new URL(zendesk.url).origin}/agent/organizations/${organizationId}`, name)
  const text = `No user could be associated with the new organization ${link} (${slackText(brief(salesforce_id))}).`
  if (services.stop.cancelled.aborted) return 'SLACK_UNAVAILABLE'
  // No failure here may fail the sync.
  const posted = await postToSlack(slack, text, services).catch(() => ({ ok: false, code: 'SLACK_FAILED' }))
  if (posted.ok) return null
  return 'code' in posted ? posted.code : 'SLACK_FAILED'
}
