import { isSafeAddress } from './address.ts'
import type { Answer, Call } from './call.ts'
import type { NeighbourContext } from './context.ts'
import { withoutSecrets } from './mask.ts'
import { retryAfterMs } from './retry.ts'
import { insecure, redirected, tooLarge, unsendable } from './troubles.ts'

/** What one attempt came to: a complete answer of 2xx or 4xx, or a failure that another attempt may mend. */
export type Attempt = { answer: Answer } | { failure: Failure }

type Failure = {
  reason: string
  status: number | null
  /** False when the neighbour certainly did nothing, so that even a create may be sent again. */
  mayHaveActed: boolean
  retryAfter: number | null
  cause?: unknown
}

/** Nothing was listening, or there was no way there: the request never left. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** Worth another attempt; 409 is Zendesk's answer to two writes at once, 425 and 408 say "not yet". */
const PASSING = new Set([408, 409, 425, 429])
/** Sent back before anything was done. So is a 503 that names a time to come back. */
const NOT_ACTED = new Set([408, 425, 429])
const MOST_REDIRECTS = 3

/**
 * Sends a call once and reads the answer to its end, within the time-out.
 * Throws `Trouble` for what no repetition can mend: an unencrypted address, a redirect, a body too large.
 */
export async function attemptOnce(
  call: Call,
  context: NeighbourContext,
  /** Told of the answer as soon as its headers are there. */
  answered?: (response: Response) => void,
): Promise<Attempt> {
  // One deadline for connecting, headers and body: a body may hang or drip for ever.
  const signal = AbortSignal.any([AbortSignal.timeout(context.limits.timeoutMs), context.stop.now])
  let status: number | null = null
  try {
    const response = await send(call, signal, context)
    answered?.(response)
    status = response.status
    const failure = failureByStatus(response, context)
    if (failure) {
      await response.body?.cancel()
      return { failure }
    }
    const body = await readBody(call, response, call.maxBodyBytes ?? context.limits.maxBodyBytes)
    return complete(call, response, body)
  } catch (error) {
    if (!isNetworkError(error)) throw error
    return { failure: failureByError(error, status, context) }
  }
}

async function send(call: Call, signal: AbortSignal, context: NeighbourContext): Promise<Response> {
  let headers = headersOf(call)
  let url = new URL(call.url)
  for (let redirects = 0; ; redirects++) {
    if (!isSafeAddress(url)) throw insecure(call, url.host)
    context.usage.requests++
    const response = await fetch(url, {
      method: call.method,
      headers,
      body: call.body ?? null,
      redirect: 'manual',
      signal,
    })
    if (response.status < 300 || response.status >= 400) return response
    await response.body?.cancel()
    const target = URL.parse(response.headers.get('location') ?? '', url.href)
    const leaves = target?.origin !== url.origin
    const follows = call.method === 'GET' && redirects < MOST_REDIRECTS && (!leaves || call.mayLeaveOrigin)
    if (!target || !follows)
      throw redirected(call, withoutSecrets(target?.origin ?? `nowhere (status ${response.status})`, call))
    if (leaves) headers = new Headers()
    url = target
  }
}

/** fetch's own error for a value with, say, a line break in it would tell the value: a token. */
function headersOf(call: Call): Headers {
  try {
    return new Headers(call.headers)
  } catch {
    throw unsendable(call)
  }
}

function failureByStatus(response: Response, context: NeighbourContext): Failure | null {
  const { status } = response
  if (status < 500 && !PASSING.has(status)) return null
  const retryAfter = retryAfterMs(response.headers.get('retry-after'), context.now())
  const notActed = NOT_ACTED.has(status) || (status === 503 && retryAfter !== null)
  return { reason: `status ${status}`, status, mayHaveActed: !notActed, retryAfter }
}

async function readBody(call: Call, response: Response, maximum: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maximum) throw tooLarge(call, maximum)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function complete(call: Call, response: Response, body: Buffer): Attempt {
  const { status, headers } = response
  const answer = { status, headers, text: '', bytes: new Uint8Array(), json: undefined }
  if (call.answer === 'bytes' && status < 400) return { answer: { ...answer, bytes: body } }
  const text = withoutSecrets(new TextDecoder().decode(body), call)
  if (call.answer === 'text' || status >= 400) return { answer: { ...answer, text } }
  try {
    return { answer: { ...answer, text, json: text === '' ? undefined : JSON.parse(text) } }
  } catch {
    // A page of HTML from a proxy in between, or JSON cut short behind a server that sends no length.
    const reason = 'an answer that is not JSON'
    return { failure: { reason, status, mayHaveActed: true, retryAfter: null } }
  }
}

/**
 * undici raises TypeError with a cause for whatever goes wrong on the way, TimeoutError at our deadline, and
 * AbortError when the run is stopped.
 */
function isNetworkError(error: unknown): error is Error {
  if (error instanceof TypeError) return error.cause !== undefined
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
}

function failureByError(error: Error, status: number | null, context: NeighbourContext): Failure {
  const code = codeOf(error.cause)
  const reason =
    error.name === 'TimeoutError'
      ? `no complete answer within ${context.limits.timeoutMs} ms`
      : `${status === null ? 'the connection failed' : 'the answer was cut short'}${code && ` (${code})`}`
  // A cut answer of 4xx still says that nothing was done.
  const mayHaveActed = status === null ? !NEVER_SENT.has(code) : status < 400
  return { reason, status, mayHaveActed, retryAfter: null, cause: error }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}
