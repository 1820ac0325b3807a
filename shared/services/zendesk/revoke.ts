import { z } from 'zod'
import { ExpectedError } from '../../runtime/errors/index.ts'
import { type Call, exchange, type HttpContext } from '../http/index.ts'
import { type OAuthCredentials, settingsOf } from './credentials.ts'

/** Revoking is a courtesy: it must not delay the run. */
const TIMEOUT_MS = 3_000
/** The list shows the first ten characters of each token, maybe followed by dots. Fewer characters are ambiguous. */
const SHOWN = /^(\w{10,})\.*$/

/** https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/ */
const TOKENS = z.object({ tokens: z.array(z.object({ id: z.int(), token: z.string() })) })

/**
 * Revokes a token early, if the list of tokens shows its id. A failure does no harm: the token ends by itself within
 * half an hour.
 */
export async function revokeToken(
  credentials: OAuthCredentials,
  token: string,
  context: HttpContext,
): Promise<void> {
  const { limits, logger, stop } = context
  if (stop.cancelled.aborted) return
  const hasty: HttpContext = {
    ...context,
    limits: { ...limits, attempts: 1, timeoutMs: Math.min(TIMEOUT_MS, limits.timeoutMs) },
    stop: { cancelled: stop.cancelled, aborted: stop.cancelled },
  }
  const endpoint = `${new URL(credentials.url).origin}/api/v2/oauth/tokens`
  const send = (method: string, url: string) => {
    const call: Call = {
      service: credentials.name,
      settings: settingsOf(credentials),
      method,
      url,
      headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' },
      safeToRepeat: true,
      answer: 'json',
    }
    return exchange(call, hasty)
  }
  try {
    const id = idIn((await send('GET', `${endpoint}.json?page[size]=100`)).json, token)
    if (id !== undefined) await send('DELETE', `${endpoint}/${id}.json`)
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error
    logger.info({ service: credentials.name, code: error.code }, 'the access token was not revoked')
  }
}

/** The id of our token. Undefined if no token in the list, or more than one, begins like ours. */
function idIn(list: unknown, token: string): number | undefined {
  const tokens = TOKENS.safeParse(list).data?.tokens ?? []
  const ours = tokens.filter(listed => token.startsWith(SHOWN.exec(listed.token)?.[1] ?? '\n'))
  return ours.length === 1 ? ours[0]?.id : undefined
}
