/**
 * A service's rate limit, kept before the service has to refuse: resolves when the next request may be sent. The
 * function that it gives takes the answer once its headers are there, or null when none came.
 */
export type Pace = (
  call: Pick<Call, 'method' | 'url'>,
) => Promise<(response: Pick<Response, 'status' | 'headers'> | null) => void>

/** What a service's own error code says of a failure, whatever status it came with. */
export type Verdict = {
  /** True when sending the same call again can succeed. */
  passes: boolean
  /** The service's code, for messages. */
  code: string
  /** What to do if it goes on failing; the service's status page when missing. */
  hint?: string
}

/** One request to a service. */
export type Call = {
  /** For messages, such as `Zendesk Global`. */
  service: string
  /** The environment variables to check when the service refuses us, in words. */
  settings: string
  method: string
  url: string
  headers?: Record<string, string>
  body?: string
  /** What is secret in the body, to be taken out of the answer where a server quotes it. */
  secrets?: readonly string[]
  /** True when sending it twice has the effect of sending it once. */
  safeToRepeat: boolean
  /** `json`: an answer of 2xx that does not parse is a broken one. */
  answer: 'json' | 'text' | 'bytes'
  /** A GET may be sent on to another origin, such as an object store: there it goes without our headers. */
  mayLeaveOrigin?: true
  /** Instead of the limits' own. */
  maxBodyBytes?: number
  /** What each attempt waits for. */
  pace?: Pace
  /** Reads the service's error code in an answer of 4xx or 5xx; null when it has none, and the status decides. */
  judge?: (answer: { status: number; text: string }) => Verdict | null
}

/** A complete answer: its body was read to the end. */
export type Answer = {
  status: number
  headers: Headers
  /** Empty when the call asked for bytes and got them. */
  text: string
  /** The body of a 2xx answer, when the call asked for bytes. */
  bytes: Uint8Array
  /** The parsed body of a 2xx answer, when the call asked for JSON. */
  json: unknown
}

/** Method and path. Never the query, which may hold customer data. */
export function nameOf(call: Pick<Call, 'method' | 'url'>): string {
  return `${call.method} ${new URL(call.url).pathname}`
}
