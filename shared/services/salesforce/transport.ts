import { PassThrough } from 'node:stream'
import { Transport } from 'jsforce/lib/transport.js'
import type { HttpRequest, HttpResponse } from 'jsforce/lib/types/common.js'
import { StreamPromise } from 'jsforce/lib/util/promise.js'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { clockAhead, exchange, type HttpContext } from '../http/index.ts'
import { judgeRefusal } from './refusal.ts'

/** Salesforce answers 414 or 431 if address and headers together have more bytes than this. */
const MAX_REQUEST_BYTES = 16_384
/** For the headers that fetch adds: host, accept, user-agent and the like. */
const OWN_HEADERS_BYTES = 512

/**
 * The transport for jsforce. jsforce's own transport ignores Retry-After, never repeats a token request, waits up to 30
 * minutes for an answer, and crashes the process if a connection breaks within a body.
 */
export class SalesforceTransport extends Transport {
  readonly #settings: string
  readonly #context: HttpContext
  #clockAhead: number | null = null

  constructor(settings: string, context: HttpContext) {
    super()
    this.#settings = settings
    this.#context = context
  }

  /** How far this machine's clock is ahead of the last answer's, in milliseconds; null if no answer has a date. */
  get clockAhead(): number | null {
    return this.#clockAhead
  }

  override httpRequest(request: HttpRequest): StreamPromise<HttpResponse> {
    // Nothing reads the stream, but jsforce expects one.
    return StreamPromise.create(() => ({ stream: new PassThrough(), promise: this.#exchange(request) }))
  }

  async #exchange({ method, url, headers = {}, body }: HttpRequest): Promise<HttpResponse> {
    if (requestBytes(url, headers) > MAX_REQUEST_BYTES) throw tooLong(url)
    const answer = await exchange(
      {
        service: 'Salesforce',
        settings: this.#settings,
        method,
        url,
        headers,
        ...(typeof body === 'string' ? { body } : {}),
        // Queries, and POSTs for a token: an extra token does no harm.
        safeToRepeat: true,
        answer: 'json',
        judge: judgeRefusal,
      },
      this.#context,
    )
    this.#clockAhead = clockAhead(answer.headers, this.#context.now())
    const { status: statusCode, text, json } = answer
    const response = { statusCode, headers: Object.fromEntries(answer.headers), body: text }
    return method === 'GET' && statusCode < 300 ? parsedResponse(response, json) : response
  }
}

/**
 * A response with a body that is already parsed. jsforce only parses JSON and passes on other types unchanged, so a page
 * of 2,000 rows is not parsed twice. It parses a token answer of any type.
 */
function parsedResponse(response: HttpResponse, json: unknown): HttpResponse {
  const headers = { ...response.headers, 'content-type': 'text/plain' }
  return Object.assign(response, { headers, body: json })
}

function requestBytes(url: string, headers: Record<string, string>): number {
  const lines = [url, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)]
  return Buffer.byteLength(lines.join('')) + OWN_HEADERS_BYTES
}

function tooLong(url: string): ExpectedError {
  return badInput('QUERY_TOO_LONG', {
    message: `a Salesforce query of ${Buffer.byteLength(url)} bytes is too long for the API`,
    next: `Put fewer ids in one query: address and headers together may have ${MAX_REQUEST_BYTES} bytes.`,
  })
}
