/**
 * Keeps requests within a service's rate limit. Resolves when the next request may be sent. Call the resulting function
 * with the answer once its headers arrive, or with null if there is no answer.
 */
export type Pace = (
  call: Pick<Call, 'method' | 'url'>,
) => Promise<(response: Pick<Response, 'status' | 'headers'> | null) => void>

/** What a service's error code says about a failure, for any status. */
export type Judgement = {
  /** True if a retry can succeed. */
  isTransient: boolean
  /** The service's code, for messages. */
  code: string
  /** What to do if it keeps failing. Default: look at the service's status page. */
  hint?: string
}

/** One request to a service. */
export type Call = {
  /** For messages, such as `Zendesk Global`. */
  service: string
  /** The environment variables to check if the service refuses the call, in words. */
  settings: string
  /** What to do if the service does not answer. Default: start the stage again later. */
  unavailableHint?: string
  method: string
  url: string
  headers?: Record<string, string>
  body?: string
  /** The secrets in the body. They are masked if the answer quotes them. */
  secrets?: readonly string[]
  /** True if sending it twice has the same effect as sending it once. */
  safeToRepeat: boolean
  /** `json`: a 2xx answer that does not parse is a failure. */
  answer: 'json' | 'text' | 'bytes'
  /** A GET may be redirected to another origin, such as an object store. It goes there without our headers. */
  mayLeaveOrigin?: true
  /** Replaces the `maxBodyBytes` of `Limits`. */
  maxBodyBytes?: number
  /** Called with the number of bytes received so far, to show progress. */
  onBytes?: (received: number) => void
  /** Each attempt waits for its turn. */
  pace?: Pace
  /** Reads the service's error code in a 4xx or 5xx answer; null if there is none, and the status decides. */
  judge?: (answer: { status: number; text: string }) => Judgement | null
}

/** A complete answer, with its whole body. */
export type Answer = {
  status: number
  headers: Headers
  /** Empty if the call asked for bytes and got them. */
  text: string
  /** The body of a 2xx answer, if the call asked for bytes. */
  bytes: Uint8Array
  /** The parsed body of a 2xx answer, if the call asked for JSON. */
  json: unknown
}

/** Method and path. Never the query, which may hold customer data. */
export function nameOf(call: Pick<Call, 'method' | 'url'>): string {
  return `${call.method} ${new URL(call.url).pathname}`
}
