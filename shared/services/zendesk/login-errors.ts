import { z } from 'zod'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { type Answer, type Call, RefusedError, refused } from '../http/index.ts'
import {
  API_TOKENS_END,
  CLIENTS_PAGE,
  clientVariables,
  type OAuthCredentials,
  type ZendeskCredentials,
} from './credentials.ts'

/** The scopes that the sync needs. */
export const SCOPES: readonly string[] = ['read', 'write']

/** The scopes that a token lacks. An answer without scopes granted all of them. */
export function missingScopes(granted: string | null | undefined): string[] {
  const names = (granted ?? '').split(/[\s,]+/).filter(name => name !== '')
  return names.length === 0 ? [] : SCOPES.filter(scope => !names.includes(scope))
}

/** The error of an OAuth client that lacks a scope. */
export function scopeError(credentials: OAuthCredentials, scopes: readonly string[]): ExpectedError {
  const { message, next } = scopeTexts(credentials, scopes)
  return badInput('SCOPE_MISSING', {
    message,
    next,
  })
}

/** Why the token endpoint gave no token, by the codes of https://datatracker.ietf.org/doc/html/rfc6749#section-5.2. */
export function tokenRefused(credentials: OAuthCredentials, call: Call, answer: Answer): ExpectedError {
  const { name, variables } = credentials
  const code = errorCodeOf(answer.text)
  const said = `${name} refused POST /oauth/tokens with status ${answer.status}`
  if (code === 'invalid_scope') return scopeError(credentials, SCOPES)
  if (code === 'unauthorized_client' || code === 'unsupported_grant_type') {
    const next = `Set the client kind of ${variables}_CLIENT_ID to confidential (${CLIENTS_PAGE}).`
    return badInput('LOGIN_REFUSED', {
      message: `${said} (${code})`,
      next,
    })
  }
  if (code !== 'invalid_client' && answer.status !== 401) return refused(call, answer)
  return badInput('LOGIN_REFUSED', {
    message: `${said}: the OAuth client is unknown, or its secret is wrong`,
    next: `Set ${variables}_CLIENT_ID to the client's identifier and ${variables}_CLIENT_SECRET to its secret, and check ${variables}_URL (${CLIENTS_PAGE}).`,
  })
}

/** The error of a refused API request, with advice about the login in use. */
export function refusedWith(credentials: ZendeskCredentials, call: Call, answer: Answer): RefusedError {
  const problem = refused(call, answer)
  if ('clientId' in credentials) {
    if (answer.status !== 403) return problem
    const scopes = scopesAskedFor(answer.text)
    if (scopes.length === 0) {
      const next = `${problem.next} An OAuth client acts as the user who created it.`
      return new RefusedError({ code: problem.code, message: problem.message, next, answer })
    }
    const { message, next } = scopeTexts(credentials, scopes)
    return new RefusedError({ code: 'SCOPE_MISSING', message, next, answer })
  }
  if (answer.status !== 401) return problem
  const next = `${problem.next} Zendesk switches off API tokens after 30 days without use, and all of them on ${API_TOKENS_END}: set ${clientVariables(credentials)} instead.`
  return new RefusedError({ code: problem.code, message: problem.message, next, answer })
}

function scopeTexts({ name, variables }: OAuthCredentials, scopes: readonly string[]) {
  const listed = scopes.join(' and ')
  return {
    message: `${name} does not give the OAuth client the scope ${listed}`,
    next: `Add ${SCOPES.join(' and ')} to the allowed scopes of the client of ${variables}_CLIENT_ID (${CLIENTS_PAGE}).`,
  }
}

const ERROR = z.object({ error: z.string().regex(/^\w+$/) })
const MISSING = z.object({ error: z.literal('Forbidden'), description: z.string() })

function errorCodeOf(text: string): string | null {
  return ERROR.safeParse(parsed(text)).data?.error ?? null
}

/** Zendesk has no code for a missing scope, only a sentence: `You are missing the following required scopes: write`. */
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
