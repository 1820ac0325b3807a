import { type ConnectedRun, result } from '@support-sync/shared/apply'
import type { SyncObject } from '@support-sync/shared/domain'
import type { Zendesk } from '@support-sync/shared/zendesk'
import { associateSoldTos } from './associate-sold-tos.ts'
import { type Context, tellSlack, type WithoutUsers } from './tell-slack.ts'

/** What follows a create: its sold-to contacts at once, and Slack after all writes. */
export function afterCreates(context: Context) {
  const toTell: WithoutUsers[] = []

  async function afterCreate(
    zendesk: Zendesk,
    { salesforce_id, name, sold_tos }: Pick<SyncObject, 'salesforce_id' | 'name' | 'sold_tos'>,
    organizationId: number,
    record: ConnectedRun['record'],
  ): Promise<void> {
    const outcome = await associateSoldTos(zendesk, { salesforce_id, sold_tos }, organizationId, record)
    // A stopped run may not know; the next one recognises the organization and comes here again.
    if (outcome !== 'nobody' || context.stop.now.aborted) return
    toTell.push({ salesforce_id, name, organizationId })
    await record([
      result('notify', salesforce_id, organizationId, 'owed', { error: 'Slack is told after all writes' }),
    ])
  }

  async function finish(_: Zendesk, record: ConnectedRun['record']): Promise<void> {
    await tellSlack(context, toTell, record)
  }

  return { afterCreate, finish }
}
