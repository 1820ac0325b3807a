import { z } from 'zod'
import { ExpectedError } from '../../runtime/errors/index.ts'
import { type Call, exchange, type HttpContext, UpstreamError } from '../http/index.ts'
import { type OAuthCredentials, settingsOf } from './credentials.ts'
import { missingScopes, SCOPES, scopeError, tokenRefused } from './login-errors.ts'
import { parseAnswer } from './schemas.ts'

/** The lifetime that new clients enforce by default. A longer one would only help a thief. */
const LIFETIME_SECONDS = 1_800
/** Renew a token this long before it ends: longer than one attempt can take. */
const RENEW_BEFORE_MS = 120_000

/** https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/ */
const ANSWER = z.object({
  access_token: z.string().min(1),
  scope: z.string().nullish(),
  /** Some answers lack it. */
  expires_in: z.number().positive().nullish().catch(null),
})

export type AccessToken = {
  value: string
  /** When to fetch another token, in milliseconds since 1970. */
  renewAt: number
  /** Whether it was fetched because Zendesk refused the previous one. */
  replacesRefused: boolean
  /** Whether Zendesk has accepted a request with it. */
  wasAccepted: boolean
}

export type TokenSource = {
  /** Returns a token that is not about to end. The first call fetches it; all callers share it. */
  get(): Promise<AccessToken>
  /**
   * Returns another token after Zendesk refused this one with 401. All refused callers share it. Null if another token
   * would not help: the refused one already was a replacement, and Zendesk never accepted it.
   */
  replace(refused: AccessToken): Promise<AccessToken | null>
  /** Returns the token to revoke; null if there is none. Afterwards the token is not renewed. */
  end(): Promise<AccessToken | null>
}

/** Sends nothing before the first call. Throws `ExpectedError`, see `requestToken`. */
export function createTokenSource(credentials: OAuthCredentials, context: HttpContext): TokenSource {
  let current: Promise<AccessToken> | null = null
  let isEnded = false

  function fetchToken(replacesRefused: boolean): Promise<AccessToken> {
    const fetched = requestToken(credentials, context, replacesRefused)
    current = fetched
    fetched.catch(() => {
      if (current === fetched) current = null
    })
    return fetched
  }

  async function get(): Promise<AccessToken> {
    const known = current
    if (known === null) return fetchToken(false)
    const token = await known
    if (isEnded || context.now() < token.renewAt) return token
    // The first caller that finds it about to end fetches another.
    return current === known ? fetchToken(false) : get()
  }

  async function replace(refused: AccessToken): Promise<AccessToken | null> {
    const known = current
    const token = await known
    if (isEnded || (token === refused && refused.replacesRefused && !refused.wasAccepted)) return null
    if (token !== null && token !== refused) return token
    if (current !== known) return replace(refused)
    context.logger.info({ service: credentials.name }, 'renewing the access token')
    return fetchToken(true)
  }

  async function end(): Promise<AccessToken | null> {
    isEnded = true
    try {
      return await current
    } catch {
      return null
    }
  }

  return { get, replace, end }
}

/**
 * Requests a token. A retry is safe: each answer is a new token, and a lost token ends by itself.
 * Throws `ExpectedError` LOGIN_REFUSED, SCOPE_MISSING or another refusal, and `UpstreamError` if it gets no token. The
 * request that needs the token has not been sent then, so these errors say nothing about it.
 */
async function requestToken(
  credentials: OAuthCredentials,
  context: HttpContext,
  replacesRefused: boolean,
): Promise<AccessToken> {
  const { name, url, clientId, clientSecret } = credentials
  const call: Call = {
    service: name,
    settings: settingsOf(credentials),
    method: 'POST',
    url: `${new URL(url).origin}/oauth/tokens`,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: SCOPES.join(' '),
      expires_in: LIFETIME_SECONDS,
    }),
    secrets: [clientSecret],
    safeToRepeat: true,
    answer: 'json',
  }
  const askedAt = context.now()
  try {
    const answer = await exchange(call, context)
    if (answer.status >= 400) throw tokenRefused(credentials, call, answer)
    const { access_token, scope, expires_in } = parseAnswer(ANSWER, answer.json, name, 'POST /oauth/tokens')
    const missing = missingScopes(scope)
    if (missing.length > 0) throw scopeError(credentials, missing)
    const lifetimeMs = (expires_in ?? LIFETIME_SECONDS) * 1000
    return {
      value: access_token,
      renewAt: askedAt + lifetimeMs - Math.min(RENEW_BEFORE_MS, lifetimeMs / 2),
      replacesRefused,
      wasAccepted: false,
    }
  } catch (error) {
    throw error instanceof ExpectedError ? asLoginError(error) : error
  }
}

/**
 * The error, marked as one of the login. Callers would mistake its status for the outcome of the request that needs the
 * token.
 */
function asLoginError(problem: ExpectedError): ExpectedError {
  const { kind, code, message, next } = problem
  if (!(problem instanceof UpstreamError))
    return new ExpectedError({ kind, code, message, next, cause: problem })
  return new UpstreamError({
    code,
    message,
    next,
    status: null,
    mayHaveActed: false,
    ofLogin: true,
    cause: problem,
  })
}
