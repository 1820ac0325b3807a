import type { BinParts } from '../../runtime/bin/index.ts'
import { connectZendesk, type Zendesk, type ZendeskCredentials } from '../../services/zendesk/index.ts'

/**
 * Connects to an instance to write to it, as the only run on this machine: two plans at once would undo each other's
 * writes. Throws an `ExpectedError` if another run is active there.
 */
export function connectToWrite(
  { http, run }: Pick<BinParts, 'http' | 'run'>,
  credentials: ZendeskCredentials,
): Zendesk {
  run.lock(`Zendesk at ${new URL(credentials.url).origin}`)
  return connectZendesk(credentials, http)
}
