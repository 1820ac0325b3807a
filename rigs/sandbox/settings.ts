import type { Sandbox, SandboxOptions } from '@support-sync/fixtures/sandbox'
import type { WorldSettings } from '@support-sync/fixtures/world'
import { byInstance } from '@support-sync/shared/domain'

/** The servers' start options from a world's settings. */
export function optionsOf(settings: WorldSettings): SandboxOptions {
  const { alliance_account_id, controlled_end_user_email, page_sizes = {} } = settings
  const { salesforce_rows, salesforce_child_rows, zendesk } = page_sizes
  const { salesforce_daily_requests, zendesk_requests_per_minute } = settings
  return {
    ...(alliance_account_id === undefined ? {} : { allianceAccountId: alliance_account_id }),
    ...(controlled_end_user_email === undefined ? {} : { controlledEndUserEmail: controlled_end_user_email }),
    salesforce: {
      pages: {
        ...(salesforce_rows === undefined ? {} : { rows: salesforce_rows }),
        ...(salesforce_child_rows === undefined ? {} : { childRows: salesforce_child_rows }),
      },
      ...(salesforce_daily_requests === undefined ? {} : { dailyRequests: salesforce_daily_requests }),
    },
    zendesk: {
      ...(zendesk === undefined ? {} : { maxPageSize: zendesk }),
      ...(zendesk_requests_per_minute === undefined
        ? {}
        : { requestsPerMinute: zendesk_requests_per_minute }),
    },
  }
}

/** Sets every server's clock from the world's settings. */
export function setClocks(sandbox: Sandbox, { clock_ahead_ms = 0 }: WorldSettings): void {
  const { salesforce, slack, gitlab } = sandbox
  const zendesks = Object.values(byInstance(instance => sandbox[instance]))
  for (const { controls } of [salesforce, slack, gitlab, ...zendesks]) controls.setClock(clock_ahead_ms)
}
