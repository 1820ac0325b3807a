import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { MARKED_SECRETS } from '@support-sync/fixtures/secrets'
import { SMALL_PAGES, type World } from '@support-sync/fixtures/world'
import type { Limits } from '@support-sync/shared/services/http'

/** The day of every run. */
export const TODAY = '2026-11-23'

/**
 * Waits are only a few milliseconds. Attempts have enough time that a pause of a busy machine does not look like a slow
 * server.
 */
export const LIMITS: Partial<Limits> = {
  timeoutMs: 1_500,
  attempts: 3,
  jobDeadlineMs: 4_000,
  delayFactor: 0.002,
}

/** Much longer than any run takes with these limits. */
export const HANGS_AFTER_MS = 60_000

/** Starts the servers over a world. Small pages give each list several. */
export function serve(world: World): Promise<Sandbox> {
  return startSandbox(world, {
    credentials: MARKED_SECRETS,
    salesforce: { pages: SMALL_PAGES.salesforce },
    zendesk: { maxPageSize: SMALL_PAGES.zendesk, jobs: { queuedMs: 1, itemMs: 0 } },
  })
}
