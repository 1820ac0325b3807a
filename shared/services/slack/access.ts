import type { WebClient } from '@slack/web-api'
import type { HttpContext } from '../http/index.ts'
import { askSlack, type SlackCredentials, type SlackFailure } from './client.ts'

export type SlackAccess = {
  ok: true
  /** Whether the token may post; null if Slack does not say. */
  mayPost: boolean | null
  /** Whether it may also post to public channels that the bot is not in. */
  mayPostAnywhere: boolean
  /** Whether the bot is in the channel; null if the token may not list channels. */
  isMember: boolean | null
}

const PAGE_SIZE = 200

/**
 * Finds out what the token may do, without posting. Only a post can be certain: a token with only `chat:write` may not
 * list channels (https://docs.slack.dev/reference/methods/users.conversations).
 */
export async function checkSlack(
  credentials: SlackCredentials,
  context: HttpContext,
): Promise<SlackAccess | SlackFailure> {
  const test = await askSlack(credentials, context, client => client.auth.test())
  if (!test.ok) return test
  const scopes = test.value.response_metadata?.scopes
  const mayLook = scopes?.includes('channels:read') ?? false
  const types = scopes?.includes('groups:read') ? 'public_channel,private_channel' : 'public_channel'
  const membership = mayLook
    ? await askSlack(credentials, context, client => isMember(client, credentials.channel, types))
    : { ok: true as const, value: null }
  if (!membership.ok) return membership
  return {
    ok: true,
    mayPost: scopes?.includes('chat:write') ?? null,
    mayPostAnywhere: scopes?.includes('chat:write.public') ?? false,
    isMember: membership.value,
  }
}

async function isMember(client: WebClient, channel: string, types: string): Promise<boolean> {
  const wanted = channel.replace(/^#/, '')
  for (let cursor: string | undefined; ; ) {
    const page = await client.users.conversations({
      types,
      exclude_archived: true,
      limit: PAGE_SIZE,
      ...(cursor ? { cursor } : {}),
    })
    if (page.channels?.some(({ id, name }) => id === wanted || name === wanted)) return true
    cursor = page.response_metadata?.next_cursor
    if (!cursor) return false
  }
}
