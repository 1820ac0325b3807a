// A CommonJS package: its named exports type-check but are missing at run time.
import zendesk from 'node-zendesk'
import type { Answer, Call, HttpContext } from '../http/index.ts'
import { settingsOf, type ZendeskCredentials } from './credentials.ts'
import { openLogin } from './login.ts'
import { refusedWith } from './login-errors.ts'
import { createPace } from './pace.ts'

/** The requests per minute that the Zendesk plan allows, and how many remain in this minute. */
export type RateLimit = { limit: number; remaining: number }

/** A connection to one instance: node-zendesk over our own transport. */
export type Client = {
  /** The instance's name, for messages. */
  service: string
  /** The base address of all calls. */
  endpoint: string
  /**
   * Returns a whole answer, with the library's addresses and encodings. The library's own functions hide the end of a
   * list, keep all pages in memory, and crash on an answer of another shape.
   */
  request(
    method: 'GET' | 'POST' | 'PUT',
    path: string | (string | number | object)[],
    body?: object,
  ): Promise<unknown>
  /** The rate limit in the last answer that has one; null before. */
  rateLimit(): RateLimit | null
  context: HttpContext
}

/** Makes a connection with its own pace and its own rate limit. Sends nothing before the first request. */
export function createClient(credentials: ZendeskCredentials, context: HttpContext): Client {
  const { name: service } = credentials
  const settings = settingsOf(credentials)
  const login = openLogin(credentials, context)
  const pace = createPace(context, service)
  const endpoint = `${new URL(credentials.url).origin}/api/v2`
  let rateLimit: RateLimit | null = null
  const library = zendesk.createClient({
    endpointUri: endpoint,
    // The library copies a token once and would never see a renewed one: `transportFn` sets the header instead.
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
      // All resources of the library share one transporter.
      const { result } = await library.organizations.transporter.request(method, path, body)
      return result
    },
    rateLimit: () => rateLimit,
    context,
  }
}

type Options = Pick<Call, 'method'> & { headers: Record<string, string>; body?: string }

/**
 * The call to send. This replaces node-zendesk's own transport, which has no time-out and no retries, and treats 429,
 * 502, 503 and 504 as success.
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
 * Whether a retry is safe. Update Many sets values, so a second time changes nothing. Zendesk refuses a membership that
 * exists, which means that the first attempt worked. Every other POST creates something new each time.
 */
function isSafeToRepeat(method: string, url: string): boolean {
  return method !== 'POST' || new URL(url).pathname.endsWith('/organization_memberships.json')
}

/** https://developer.zendesk.com/api-reference/introduction/rate-limits/#monitoring-your-request-activity */
function rateLimitOf(headers: Headers): RateLimit | null {
  const [limit, remaining] = ['x-rate-limit', 'x-rate-limit-remaining'].map(name => headers.get(name))
  return limit && remaining ? { limit: Number(limit), remaining: Number(remaining) } : null
}

/** The parts of an answer that node-zendesk reads. The answer is already known to be JSON. */
function responseAdapter(answer: Answer) {
  return {
    status: answer.status,
    statusText: '',
    headers: { get: (name: string) => (name === 'content-type' ? 'application/json' : null) },
    json: async () => answer.json,
  }
}
