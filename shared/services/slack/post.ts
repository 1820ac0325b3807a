import type { HttpContext } from '../http/index.ts'
import { askSlack, type SlackCredentials, type SlackFailure } from './client.ts'

export type PostResult = { ok: true } | SlackFailure

/**
 * Posts a text to a channel. Never throws for what Slack or the network does: a failed post is a warning.
 * An attempt whose answer was lost is repeated, for a message twice is better than none.
 */
export async function postToSlack(
  credentials: SlackCredentials,
  text: string,
  context: HttpContext,
): Promise<PostResult> {
  const result = await askSlack(credentials, context, client =>
    // Nothing in the text makes a mention or a preview of itself.
    client.chat.postMessage({
      channel: credentials.channel,
      text,
      parse: 'none',
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
    }),
  )
  return result.ok ? { ok: true } : result
}
