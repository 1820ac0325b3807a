import type { Logger, LogLevel, WebClient } from '@slack/web-api'
import { brief } from '../../runtime/text/index.ts'
import { exchange, type HttpContext } from '../http/index.ts'

export type SlackCredentials = {
  token: string
  channel: string
  /** Such as `https://slack.com/api`. */
  apiUrl: string
}

/** Why a call to Slack failed: Slack's code, such as `channel_not_found`, or SLACK_UNAVAILABLE. */
export type SlackFailure = { ok: false; code: string; message: string }

/** A post is a courtesy: it must not delay the sync for minutes. */
const MAX_ATTEMPTS = 3
const TIMEOUT_MS = 10_000

/** Calls Slack. Never throws because of Slack or the network. */
export async function askSlack<Value>(
  { token, apiUrl }: SlackCredentials,
  context: HttpContext,
  ask: (client: WebClient) => Promise<Value>,
): Promise<{ ok: true; value: Value } | SlackFailure> {
  // Loaded only if needed, which is rare.
  const { LogLevel, WebAPIPlatformError, WebAPIRequestError, WebClient } = await import('@slack/web-api')
  const client = new WebClient(token, {
    slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
    fetch: fetchOver(context),
    // `exchange` does the retries and waits.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet(LogLevel.ERROR),
    allowAbsoluteUrls: false,
  })
  try {
    return { ok: true, value: await ask(client) }
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return said(error.data.error)
    if (error instanceof WebAPIRequestError) return failure('SLACK_UNAVAILABLE', error.original.message)
    // The library throws on JSON that is not a Slack answer.
    return failure('SLACK_UNAVAILABLE', 'Slack answered in an unknown form')
  }
}

/** Slack's code; `unknown` if it is not a text. */
function said(error: unknown): SlackFailure {
  const code = brief(typeof error === 'string' ? error : 'unknown')
  return failure(code, `Slack said ${code}`)
}

function failure(code: string, message: string): SlackFailure {
  return { ok: false, code, message }
}

/** A silent logger. The library's own would print Slack's answers to the terminal unchanged. */
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

/** `exchange` with the signature of fetch, which the library expects. */
function fetchOver(context: HttpContext): SlackFetch {
  const { limits } = context
  const attempts = Math.min(limits.attempts, MAX_ATTEMPTS)
  const timeoutMs = Math.min(limits.timeoutMs, TIMEOUT_MS)
  return async (url, { method = 'GET', headers = {}, body } = {}) => {
    const answer = await exchange(
      {
        service: 'Slack',
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
    // The token's scopes: https://docs.slack.dev/authentication/installing-with-oauth
    const scopes = answer.headers.get('x-oauth-scopes')
    return new Response(answer.text, {
      status: answer.status,
      headers: scopes === null ? {} : { 'x-oauth-scopes': scopes },
    })
  }
}
