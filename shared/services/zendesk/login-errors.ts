import { z } from 'zod'
import { ExpectedError } from '../../runtime/errors/index.ts'
import { type Answer, type Call, RefusedError, refused } from '../http/index.ts'
import {
  API_TOKENS_END,
  CLIENTS_PAGE,
  clientVariables,
  type OAuthCredentials,
  type ZendeskCredentials,
} from './credentials.ts'

/** What the sync needs to read and to write. */
export const SCOPES: readonly string[] = ['read', 'write']

/** Of a token that was granted less than was asked for. An answer that does not say granted all. */
export function missingScopes(granted: string | null | undefined): string[] {
  const names = (granted ?? '').split(/[\s,]+/).filter(name => name !== '')
  return names.length === 0 ? [] : SCOPES.filter(scope => !names.includes(scope))
}

/** For an OAuth client that may not have a scope. */
export function scopeError(credentials: OAuthCredentials, scopes: readonly string[]): ExpectedError {
  const { message, next } = scopeTexts(credentials, scopes)
  return new ExpectedError({ kind: 'bad-input', code: 'SCOPE_MISSING', message, next })
}

/** Why the token endpoint gave no token, by the codes of https://datatracker.ietf.org/doc/html/rfc6749#section-5.2. */
export function tokenRefused(credentials: OAuthCredentials, call: Call, answer: Answer): ExpectedError {
  const { name, variables } = credentials
  const code = errorCodeOf(answer.text)
  const said = `${name} refused POST /oauth/tokens with status ${answer.status}`
  if (code === 'invalid_scope') return scopeError(credentials, SCOPES)
  if (code === 'unauthorized_client' || code === 'unsupported_grant_type') {
    const next = `Make the client of ${variables}_CLIENT_ID one of kind confidential (${CLIENTS_PAGE}).`
    return new ExpectedError({
      kind: 'bad-input',
      code: 'LOGIN_REFUSED',
      message: `${said} (${code}).`,
      next,
    })
  }
  if (code !== 'invalid_client' && answer.status !== 401) return refused(call, answer)
  return new ExpectedError({
    kind: 'bad-input',
    code: 'LOGIN_REFUSED',
    message: `${said}: it does not know the OAuth client, or its secret is another.`,
    next: `Set ${variables}_CLIENT_ID to the client's identifier and ${variables}_CLIENT_SECRET to its secret, and check ${variables}_URL (${CLIENTS_PAGE}).`,
  })
}

/** For a request of the API that was refused, with what the way of logging in has to do with it. */
export function refusedWith(credentials: ZendeskCredentials, call: Call, answer: Answer): RefusedError {
  const problem = refused(call, answer)
  if ('clientId' in credentials) {
    if (answer.status !== 403) return problem
    const scopes = scopesAskedFor(answer.text)
    if (scopes.length === 0) {
      const next = `${problem.next} Its client acts as the user who created it.`
      return new RefusedError({ code: problem.code, message: problem.message, next, answer })
    }
    const { message, next } = scopeTexts(credentials, scopes)
    return new RefusedError({ code: 'SCOPE_MISSING', message, next, answer })
  }
  if (answer.status !== 401) return problem
  const next = `${problem.next} An API token that is not used for 30 days is switched off, and all end on ${API_TOKENS_END}: set ${clientVariables(credentials)} instead.`
  return new RefusedError({ code: problem.code, message: problem.message, next, answer })
}

function scopeTexts({ name, variables }: OAuthCredentials, scopes: readonly string[]) {
  const listed = scopes.join(' and ')
  return {
    message: `${name} does not give the OAuth client the scope ${listed}.`,
    next: `Add ${SCOPES.join(' and ')} to the allowed scopes of the client of ${variables}_CLIENT_ID (${CLIENTS_PAGE}).`,
  }
}

const ERROR = z.object({ error: z.string().regex(/^\w+$/) })
const MISSING = z.object({ error: z.literal('Forbidden'), description: z.string() })

function errorCodeOf(text: string): string | null {
  return ERROR.safeParse(parsed(text)).data?.error ?? null
}

/** Zendesk gives no code for a missing scope: `You are missing the following required scopes: write`. */
function scopesAskedFor(text: string): string[] {
  const description = MISSING.safeParse(parsed(text)).data?.description ?? ''
  const listed = /required scopes?: *([a-z_:, ]+)/.exec(description)?.[1] ?? ''
  return listed.split(/[ ,]+/).filter(name => name !== '')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
