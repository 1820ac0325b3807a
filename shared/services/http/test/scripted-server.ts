import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HttpContext, httpContext, type Limits } from '../context.ts'

/** What the server does with one request. */
export type ScriptedAnswer = {
  status?: number
  headers?: Record<string, string>
  json?: unknown
  text?: string
  /**
   * `length`: announces the whole body and closes halfway. `chunked`: closes halfway through chunks.
   * `hang`: sends half of the body, then nothing. `drip`: sends a byte every 10 ms. `silent`: never answers.
   * `reset`: closes without an answer.
   */
  broken?: 'length' | 'chunked' | 'hang' | 'drip' | 'silent' | 'reset'
}

export type RecordedRequest = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
  at: number
}

export type Script =
  | readonly ScriptedAnswer[]
  | ((request: RecordedRequest, index: number) => ScriptedAnswer | undefined)

export type ScriptedServer = AsyncDisposable & { url: string; requests: RecordedRequest[] }

/** A real HTTP server on loopback that answers from a script and records the requests. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const requests: RecordedRequest[] = []
  const server = createServer(async (incoming, response) => {
    const request = await record(incoming)
    const index = requests.push(request) - 1
    const scripted = typeof script === 'function' ? script(request, index) : script[index]
    send(response, scripted ?? { status: 418, text: `nothing scripted for request ${index}` })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  let body = ''
  for await (const chunk of incoming.setEncoding('utf8')) body += chunk
  const url = new URL(incoming.url ?? '/', 'http://server')
  const { method = '', headers } = incoming
  return { method, path: url.pathname, query: url.searchParams, headers, body, at: Date.now() }
}

function send(response: ServerResponse, scripted: ScriptedAnswer): void {
  const { broken, status = 200 } = scripted
  if (broken === 'silent') return
  if (broken === 'reset') {
    response.destroy()
    return
  }
  const isJson = scripted.text === undefined
  const body = isJson ? JSON.stringify(scripted.json ?? {}) : (scripted.text ?? '')
  const half = body.slice(0, Math.floor(body.length / 2))
  const type = { 'content-type': isJson ? 'application/json; charset=utf-8' : 'text/plain' }
  const length = broken === 'chunked' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  response.writeHead(status, { ...type, ...length, ...scripted.headers })
  if (!broken) {
    response.end(body)
  } else if (broken === 'drip') {
    drip(response, body)
  } else {
    response.write(half, () => broken !== 'hang' && response.destroy())
  }
}

function drip(response: ServerResponse, body: string): void {
  let sent = 0
  const timer = setInterval(() => response.write(body.charAt(sent++ % body.length)), 10)
  response.on('close', () => clearInterval(timer))
}

export type LogRecord = { level: string; details: object; message: string }

/** A context whose waits end at once. It records the log and how long it would have waited. */
export function testContext(
  limits: Partial<Limits> = {},
): HttpContext & { logged: LogRecord[]; waits: number[] } {
  const logged: LogRecord[] = []
  const waits: number[] = []
  const line = (level: string) => (details: object, message: string) => {
    logged.push({ level, details, message })
  }
  const context = httpContext({
    logger: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    limits: { attempts: 3, timeoutMs: 2_000, ...limits },
    random: () => 0.5,
    sleep: async milliseconds => {
      waits.push(milliseconds)
    },
  })
  return { ...context, logged, waits }
}
