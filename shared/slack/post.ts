import type { Logger, LogLevel } from '@slack/web-api'
import { exchange, type NeighbourContext } from '../http/index.ts'
import { brief } from '../text/index.ts'

export type SlackCredentials = {
  token: string
  channel: string
  /** Such as `https://slack.com/api`. */
  apiUrl: string
}

export type PostResult = { ok: true } | { ok: false; code: string; message: string }

/** A post is a courtesy: it must not hold up the sync behind it for minutes. */
const MOST_ATTEMPTS = 3
const TIMEOUT_MS = 10_000

/**
 * Posts a text to a channel. Never throws for what Slack or the network does: a failed post is a warning.
 * An attempt whose answer was lost is repeated, for a message twice is better than none.
 */
export async function postToSlack(
  { token, channel, apiUrl }: SlackCredentials,
  text: string,
  context: NeighbourContext,
): Promise<PostResult> {
  // Loaded only when there is something to post, which is seldom.
  const { LogLevel, WebAPIPlatformError, WebAPIRequestError, WebClient } = await import('@slack/web-api')
  const client = new WebClient(token, {
    slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
    fetch: fetchOver(context),
    // `exchange` does the repeating and the waiting.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet(LogLevel.ERROR),
    allowAbsoluteUrls: false,
  })
  try {
    // Nothing in the text makes a mention or a preview of itself.
    await client.chat.postMessage({
      channel,
      text,
      parse: 'none',
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
    })
    return { ok: true }
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return said(error.data.error)
    if (error instanceof WebAPIRequestError) return failure('SLACK_UNAVAILABLE', error.original.message)
    // The library trips over answers that are JSON and yet not Slack's.
    return failure('SLACK_UNAVAILABLE', 'Slack answered in an unknown form.')
  }
}

/** Slack's own code, or what stands in its place. */
function said(error: unknown): PostResult {
  const code = brief(typeof error === 'string' ? error : 'unknown')
  return failure(code, `Slack said ${code}.`)
}

function failure(code: string, message: string): PostResult {
  return { ok: false, code, message }
}

/** The library would print what Slack says to the terminal, as it comes. */
function quiet(level: LogLevel): Logger {
  const nothing = () => undefined
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    setLevel: nothing,
    getLevel: () => level,
    setName: nothing,
  }
}

type SlackFetch = (
  url: string | URL,
  request?: { method?: string; headers?: Record<string, string>; body?: string | FormData },
) => Promise<Response>

/** `exchange` in the shape of fetch, which is what the library asks for. */
function fetchOver(context: NeighbourContext): SlackFetch {
  const { limits } = context
  const attempts = Math.min(limits.attempts, MOST_ATTEMPTS)
  const timeoutMs = Math.min(limits.timeoutMs, TIMEOUT_MS)
  return async (url, { method = 'GET', headers = {}, body } = {}) => {
    const { status, text } = await exchange(
      {
        neighbour: 'Slack',
        settings: 'SLACK_TOKEN, SLACK_CHANNEL and SLACK_API_URL',
        method,
        url: String(url),
        headers,
        ...(typeof body === 'string' ? { body } : {}),
        safeToRepeat: true,
        answer: 'json',
      },
      { ...context, limits: { ...limits, attempts, timeoutMs } },
    )
    return new Response(text, { status })
  }
}
