import { isLoopback, isSafeAddress } from './address.ts'
import type { Answer, Call, Judgement } from './call.ts'
import { refuseWrongClock } from './clock.ts'
import type { HttpContext } from './context.ts'
import { insecure, redirected, tooLarge, unsendable } from './errors.ts'
import { type Failure, failureByCode, failureByError, failureByStatus, isNetworkError } from './failure.ts'
import { withoutSecrets } from './mask.ts'
import { isUnverified, unverified } from './tls.ts'

/** The outcome of one attempt: a complete answer (2xx or a lasting refusal), or a failure that a retry may fix. */
export type Attempt = { answer: Answer } | { failure: Failure }

const MAX_REDIRECTS = 3

/**
 * Sends a call once and reads the whole answer, within the time-out.
 * Throws `ExpectedError` if a retry cannot help: an unencrypted address, a redirect, a body that is too large.
 */
export async function attemptOnce(
  call: Call,
  context: HttpContext,
  /** Called with the answer as soon as its headers arrive. */
  answered?: (response: Response) => void,
): Promise<Attempt> {
  // One deadline for connecting, headers and body: a body may hang or drip forever.
  const signal = AbortSignal.any([AbortSignal.timeout(context.limits.timeoutMs), context.stop.aborted])
  let status: number | null = null
  try {
    const response = await send(call, signal, context)
    answered?.(response)
    status = response.status
    if (context.checksClock) refuseWrongClock(call, response.headers, context.now())
    const maximum = call.maxBodyBytes ?? context.limits.maxBodyBytes
    if (call.judge && status >= 400) return await judged(call, response, context, maximum)
    const failure = failureByStatus(response, context)
    if (failure) {
      await response.body?.cancel()
      return { failure }
    }
    return complete(call, response, await readBody(call, response, maximum))
  } catch (error) {
    if (!isNetworkError(error)) throw error
    return { failure: failureByError(error, status, context) }
  }
}

async function send(call: Call, signal: AbortSignal, context: HttpContext): Promise<Response> {
  let headers = headersOf(call)
  let url = new URL(call.url)
  for (let redirects = 0; ; redirects++) {
    if (!isSafeAddress(url)) throw insecure(call, url.host)
    // Node reads NODE_TLS_REJECT_UNAUTHORIZED from process.env, not from the environment of the run.
    if (isUnverified(process.env) && !isLoopback(url.hostname)) throw unverified(call.service)
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
    const follows = call.method === 'GET' && redirects < MAX_REDIRECTS && (!leaves || call.mayLeaveOrigin)
    if (!target || !follows)
      throw redirected(call, withoutSecrets(target?.origin ?? `no address (status ${response.status})`, call))
    if (leaves) headers = new Headers()
    url = target
  }
}

/** Checks the headers here, because fetch's own error would quote a malformed value, such as a token. */
function headersOf(call: Call): Headers {
  try {
    return new Headers(call.headers)
  } catch {
    throw unsendable(call)
  }
}

async function readBody(call: Call, response: Response, maximum: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maximum) throw tooLarge(call, maximum)
    call.onBytes?.(bytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Judges an answer with 4xx or 5xx. The service's own code takes precedence over the status, except for a status such
 * as 429, which always allows a retry.
 */
async function judged(
  call: Call,
  response: Response,
  context: HttpContext,
  maximum: number,
): Promise<Attempt> {
  const byStatus = failureByStatus(response, context)
  let attempt: Attempt
  try {
    attempt = complete(call, response, await readBody(call, response, maximum))
  } catch (error) {
    // A body that cannot be read has no code, so the status decides.
    if (byStatus) return { failure: byStatus }
    throw error
  }
  const judgement: Judgement | null = 'answer' in attempt ? (call.judge?.(attempt.answer) ?? null) : null
  const isByStatus = judgement === null || (!judgement.isTransient && response.status < 500)
  const failure = isByStatus ? byStatus : failureByCode(judgement, response, context)
  return failure ? { failure } : attempt
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
    // An HTML page from a proxy, or truncated JSON from a server that sends no length.
    const reason = 'an answer that is not JSON'
    return { failure: { reason, status, mayHaveActed: true, retryAfter: null } }
  }
}
