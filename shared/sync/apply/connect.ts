import type { BinParts } from '../../runtime/bin/index.ts'
import { connectZendesk, type Zendesk, type ZendeskCredentials } from '../../services/zendesk/index.ts'

/**
 * Connects to an instance in order to write to it, alone on this machine: two plans at once would each undo what
 * the other does not know of. Throws a `ExpectedError` when another run is at work there.
 */
export function connectToWrite(
  { http, run }: Pick<BinParts, 'http' | 'run'>,
  credentials: ZendeskCredentials,
): Zendesk {
  run.hold(`Zendesk at ${new URL(credentials.url).origin}`)
  return connectZendesk(credentials, http)
}
