import type { HttpContext } from '../http/index.ts'
import { askSlack, type SlackCredentials, type SlackFailure } from './client.ts'

export type PostResult = { ok: true } | SlackFailure

/**
 * Posts a text to a channel. Never throws because of Slack or the network: a failed post is a warning.
 * It retries if the answer is lost: posting a message twice is better than not at all.
 */
export async function postToSlack(
  credentials: SlackCredentials,
  text: string,
  context: HttpContext,
): Promise<PostResult> {
  const result = await askSlack(credentials, context, client =>
    // The text must not create mentions or previews.
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
