import { Connection } from 'jsforce/lib/connection.js'
import { type HttpContext, isSafeAddress, unknownAnswer } from '../http/index.ts'
import { API_VERSION } from './api-version.ts'
import { signedAssertion } from './assertion.ts'
import { limitConcurrency } from './concurrency.ts'
import { type SalesforceCredentials, settingsOf } from './credentials.ts'
import { isSessionExpired, loginError, queryError } from './errors.ts'
import { SalesforceTransport } from './transport.ts'

/** A session may expire during a run. If Salesforce refuses new sessions too, the user has lost their rights. */
const MAX_RENEWALS = 2

/**
 * Requests a path of the REST API, or an address that Salesforce gave. Returns the parsed JSON. If requests must wait,
 * those with the lowest `place` are sent first.
 */
export type Request = (path: string, place?: number) => Promise<unknown>

/** Requests in 24 hours: the org's limit, and how many all programs have used. */
export type RequestLimit = { limit: number; used: number }

export type Session = { request: Request; requestLimit: () => RequestLimit | null }

/** Logs in. The session sends requests, and renews itself when it expires. */
export async function openSession(
  credentials: SalesforceCredentials,
  context: HttpContext,
  concurrentRequests: number,
): Promise<Session> {
  const settings = settingsOf(credentials)
  const connection = new Connection({
    loginUrl: credentials.loginUrl,
    // jsforce's default is years old.
    version: API_VERSION,
    oauth2: { ...clientOf(credentials), loginUrl: credentials.loginUrl },
  })
  const transport = new SalesforceTransport(settings, context)
  connection._transport = transport
  connection.oauth2._transport = transport
  // jsforce's own renewal loops forever if the new session is refused too, and hides the reason.
  connection._refreshDelegate = null

  async function logIn(): Promise<void> {
    try {
      await connection.authorize(grantOf(credentials, context.now()))
    } catch (error) {
      throw loginError(error, settings, transport.clockAhead)
    }
    if (!isSafe(connection.instanceUrl)) {
      throw unknownAnswer('Salesforce', 'the login', 'instance_url is not an https address')
    }
  }

  let renewal: Promise<void> | undefined
  const inTurn = limitConcurrency(concurrentRequests)
  const request: Request = (path, place) => inTurn(() => requestNow(path), place)

  async function requestNow(path: string): Promise<unknown> {
    for (let renewals = 0; ; renewals++) {
      const { accessToken } = connection
      try {
        return await connection.request(path)
      } catch (error) {
        if (!isSessionExpired(error) || renewals === MAX_RENEWALS) throw queryError(error, settings)
      }
      // Another request may have renewed the session already.
      if (connection.accessToken !== accessToken) continue
      renewal ??= renew()
      await renewal
    }
  }

  async function renew(): Promise<void> {
    context.logger.info({ service: 'Salesforce' }, 'renewing the session')
    try {
      await logIn()
    } finally {
      renewal = undefined
    }
  }

  await logIn()
  return {
    request,
    // From a header of every answer: the resource with the limits would need one more permission.
    requestLimit: () => connection.limitInfo.apiUsage ?? null,
  }
}

function isSafe(address: unknown): boolean {
  return typeof address === 'string' && URL.canParse(address) && isSafeAddress(new URL(address))
}

function clientOf(credentials: SalesforceCredentials): { clientId: string; clientSecret?: string } {
  const { clientId } = credentials
  return 'clientSecret' in credentials ? { clientId, clientSecret: credentials.clientSecret } : { clientId }
}

function grantOf(
  credentials: SalesforceCredentials,
  now: number,
): { grant_type: string; assertion?: string } {
  if ('clientSecret' in credentials) return { grant_type: 'client_credentials' }
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: signedAssertion(credentials, now),
  }
}
