// A CommonJS package: its named exports type-check and yet are missing at run time.
import zendesk from 'node-zendesk'
import type { Answer, Call, HttpContext } from '../http/index.ts'
import { settingsOf, type ZendeskCredentials } from './credentials.ts'
import { openLogin } from './login.ts'
import { refusedWith } from './login-errors.ts'
import { createPace } from './pace.ts'

/** Requests a minute that the plan allows, and how many of them are left in this one. */
export type RateLimit = { limit: number; remaining: number }

/** A connection to one instance: node-zendesk over our own transport. */
export type Client = {
  /** The instance's name, for messages. */
  service: string
  /** Everything that we call lies under this address. */
  endpoint: string
  /**
   * A whole answer, by the library's addresses, encodings and credentials. Its own functions hide a list's end, hold
   * all pages at once, and stumble over an answer of another shape.
   */
  request(
    method: 'GET' | 'POST' | 'PUT',
    path: string | (string | number | object)[],
    body?: object,
  ): Promise<unknown>
  /** Of the last answer that told it; null before. */
  rateLimit(): RateLimit | null
  context: HttpContext
}

/** Makes a connection of its own pace and its own count of what is left. Nothing is sent before the first request. */
export function createClient(credentials: ZendeskCredentials, context: HttpContext): Client {
  const { name: service } = credentials
  const settings = settingsOf(credentials)
  const login = openLogin(credentials, context)
  const pace = createPace(context, service)
  const endpoint = `${new URL(credentials.url).origin}/api/v2`
  let rateLimit: RateLimit | null = null
  const library = zendesk.createClient({
    endpointUri: endpoint,
    // The library would copy a token once, and never see the next: `transportFn` sets the header instead.
    oauth: true,
    token: 'set in transportFn',
    throwOriginalException: true,
    transportConfig: {
      transportFn: async (url: string, options: Options) => {
        const call = callOf({ service, settings, pace }, url, options)
        const answer = await login(call)
        if (answer.status >= 400) throw refusedWith(credentials, call, answer)
        rateLimit = rateLimitOf(answer.headers) ?? rateLimit
        return answer
      },
      responseAdapter,
    },
  })
  return {
    service,
    endpoint,
    async request(method, path, body) {
      // Every resource of the library has the same transporter.
      const { result } = await library.organizations.transporter.request(method, path, body)
      return result
    },
    rateLimit: () => rateLimit,
    context,
  }
}

type Options = Pick<Call, 'method'> & { headers: Record<string, string>; body?: string }

/**
 * What to send instead of node-zendesk's own transport, which has no time-out, repeats nothing, and lets an answer of
 * 429, 502, 503 or 504 pass for a success.
 */
function callOf(
  from: Pick<Call, 'service' | 'settings' | 'pace'>,
  url: string,
  { method, headers, body }: Options,
): Call {
  return {
    ...from,
    method,
    url,
    headers,
    ...(body === undefined ? {} : { body }),
    safeToRepeat: isSafeToRepeat(method, url),
    answer: 'json',
  }
}

/**
 * Update Many sets values: sent twice it sets them twice. A membership that exists is refused, which says
 * that the first attempt had worked. Every other POST makes something new each time.
 */
function isSafeToRepeat(method: string, url: string): boolean {
  return method !== 'POST' || new URL(url).pathname.endsWith('/organization_memberships.json')
}

/** https://developer.zendesk.com/api-reference/introduction/rate-limits/#monitoring-your-request-activity */
function rateLimitOf(headers: Headers): RateLimit | null {
  const [limit, remaining] = ['x-rate-limit', 'x-rate-limit-remaining'].map(name => headers.get(name))
  return limit && remaining ? { limit: Number(limit), remaining: Number(remaining) } : null
}

/** What node-zendesk reads of an answer, which is known to be JSON here. */
function responseAdapter(answer: Answer) {
  return {
    status: answer.status,
    statusText: '',
    headers: { get: (name: string) => (name === 'content-type' ? 'application/json' : null) },
    json: async () => answer.json,
  }
}
