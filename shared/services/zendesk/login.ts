import { type Answer, type Call, exchange, type HttpContext } from '../http/index.ts'
import { type AccessToken, createTokenSource } from './access-token.ts'
import {
  API_TOKENS_END,
  type ApiTokenCredentials,
  clientVariables,
  type OAuthCredentials,
  type ZendeskCredentials,
} from './credentials.ts'
import { revokeToken } from './revoke.ts'

/** Sends a call with the right Authorization header. Returns its answer like `exchange`. */
export type Login = (call: Call) => Promise<Answer>

/** Authorizes an instance's requests. Sends nothing before the first one. */
export function openLogin(credentials: ZendeskCredentials, context: HttpContext): Login {
  return 'clientId' in credentials ? byOAuth(credentials, context) : byApiToken(credentials, context)
}

/**
 * Uses an access token. Renews it before it ends, and once for a request that Zendesk refuses with 401. Such a request
 * had no effect, so even a create can be sent again.
 */
function byOAuth(credentials: OAuthCredentials, context: HttpContext): Login {
  const tokens = createTokenSource(credentials, context)
  context.atEnd(async () => {
    const token = await tokens.end()
    if (token) await revokeToken(credentials, token.value, context)
  })

  async function sendWith(token: AccessToken, call: Call): Promise<Answer> {
    const answer = await exchange(authorized(call, `Bearer ${token.value}`), context)
    if (answer.status !== 401) token.wasAccepted = true
    return answer
  }

  return async call => {
    const token = await tokens.get()
    const answer = await sendWith(token, call)
    if (answer.status !== 401) return answer
    const another = await tokens.replace(token)
    if (another === null) return answer
    context.usage.retries++
    return sendWith(another, call)
  }
}

function byApiToken(credentials: ApiTokenCredentials, context: HttpContext): Login {
  const { name, variables, user, token } = credentials
  const header = `Basic ${Buffer.from(`${user}/token:${token}`).toString('base64')}`
  let isWarned = false
  return call => {
    if (!isWarned) {
      isWarned = true
      context.warn(
        'API_TOKEN_RETIRES',
        `${name} uses the API token in ${variables}_TOKEN, which stops working on ${API_TOKENS_END}: set ${clientVariables(credentials)} instead.`,
      )
    }
    return exchange(authorized(call, header), context)
  }
}

function authorized(call: Call, header: string): Call {
  return { ...call, headers: { ...call.headers, Authorization: header } }
}
