import { apiRefusal, type Effect, loginRefusal } from '@support-sync/fixtures/sandbox'
import type { CallKind, CallRow, Server } from './calls.ts'

/**
 * What a fault demands of a run. Recovering is always right.
 * - `passes`: the fault passes, so the run must recover;
 * - `may-pass`: the fault happens once, but the run may also stop, as if the service were unavailable;
 * - `lasts`: the service stays unavailable;
 * - `refuses`: the service refuses the call, now and later.
 */
export type Demand = 'passes' | 'may-pass' | 'lasts' | 'refuses'

/** One fault: the answer to calls, starting with a chosen one. */
export type FaultRow = {
  name: string
  demand: Demand
  /** The number of calls it hits. Default: no limit. */
  times?: number
  effect: (call: CallRow) => Effect
  /** The calls that it can hit. Default: all. */
  kinds?: readonly CallKind[]
  /** The only server with this answer. Default: every server. */
  server?: Server
  /** It cannot hit the first call, because it needs a previous one. */
  needsEarlier?: true
}

const HTML = '<!doctype html><html><body>Service temporarily elsewhere</body></html>'
const WRITES: readonly CallKind[] = ['create', 'update']
const LISTS: readonly CallKind[] = ['query', 'list']

/** The body of a server's refusals. */
function refusal(server: Server, status: number): unknown {
  if (server === 'salesforce') {
    const errorCode = { 401: 'INVALID_SESSION_ID', 403: 'INSUFFICIENT_ACCESS', 404: 'NOT_FOUND' }[status]
    return [{ message: 'refused on purpose', errorCode: errorCode ?? 'MALFORMED_QUERY' }]
  }
  if (server === 'slack' || server === 'gitlab') return { message: `${status} refused on purpose` }
  return status === 422
    ? { error: 'RecordInvalid', description: 'Record validation errors', details: {} }
    : { error: 'RefusedOnPurpose', description: 'refused on purpose' }
}

function status(code: number, headers: () => Record<string, string> = () => ({})) {
  return ({ server }: CallRow): Effect => ({
    kind: 'answer',
    status: code,
    headers: headers(),
    body: code < 500 ? refusal(server, code) : HTML,
  })
}

function retryAfter(value: () => string): () => Record<string, string> {
  return () => ({ 'retry-after': value() })
}

function always(effect: Effect): () => Effect {
  return () => effect
}

/** A fault that passes, and the same fault without an end. */
function onceAndLasting(name: string, effect: (call: CallRow) => Effect, kinds?: readonly CallKind[]) {
  const only = kinds ? { kinds } : {}
  return [
    { name: `${name}, once`, demand: 'passes', times: 1, effect, ...only },
    { name: `${name}, lasting`, demand: 'lasts', effect, ...only },
  ] as const satisfies FaultRow[]
}

/** A wrong answer with status 200. A caller may treat it as passing or not. */
function garbled(name: string, effect: (call: CallRow) => Effect, kinds?: readonly CallKind[]) {
  const only = kinds ? { kinds } : {}
  return [
    { name: `${name}, once`, demand: 'may-pass', times: 1, effect, ...only },
    { name: `${name}, lasting`, demand: 'lasts', effect, ...only },
  ] as const satisfies FaultRow[]
}

const inTwoSeconds = () => new Date(Date.now() + 2000).toUTCString()
const SLOW = { kind: 'drip', milliseconds: 60_000 } as const
const JSON_TYPE = { 'content-type': 'application/json' }

export const FAULTS: readonly FaultRow[] = [
  { name: '401, once', demand: 'refuses', times: 1, effect: status(401) },
  { name: '401, lasting', demand: 'refuses', effect: status(401) },
  {
    name: 'session expired, once',
    demand: 'passes',
    times: 1,
    effect: always({ kind: 'expired-session' }),
    kinds: ['query', 'count', 'list', 'look-up', 'show', 'create', 'update', 'poll'],
  },
  ...[403, 404, 422].flatMap((code): FaultRow[] => [
    { name: `${code}, once`, demand: 'refuses', times: 1, effect: status(code) },
    { name: `${code}, lasting`, demand: 'refuses', effect: status(code) },
  ]),
  // Salesforce's own codes, which are more specific than their status.
  ...onceAndLasting(
    '400 QUERY_TIMEOUT',
    always(apiRefusal(400, 'QUERY_TIMEOUT', 'Your query request was running for too long.')),
    ['query'],
  ),
  ...onceAndLasting(
    '403 of concurrent requests',
    always(apiRefusal(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests Limit exceeded.')),
    ['query'],
  ),
  ...onceAndLasting('400 unknown_error', always(loginRefusal('unknown_error', 'retry your request')), [
    'token',
  ]).map((row): FaultRow => ({ ...row, server: 'salesforce' })),
  {
    name: '403 of the requests of the day',
    demand: 'refuses',
    effect: always(apiRefusal(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')),
    kinds: ['query'],
  },
  ...onceAndLasting('409', status(409)),
  ...onceAndLasting('429', status(429)),
  ...onceAndLasting(
    '429 with Retry-After in seconds',
    status(
      429,
      retryAfter(() => '1'),
    ),
  ),
  ...onceAndLasting('429 with Retry-After as a date', status(429, retryAfter(inTwoSeconds))),
  {
    name: '429 with Retry-After of an hour',
    demand: 'lasts',
    times: 1,
    effect: status(
      429,
      retryAfter(() => '3600'),
    ),
  },
  ...onceAndLasting('500', status(500)),
  ...onceAndLasting('502', status(502)),
  ...onceAndLasting('503', status(503)),
  ...onceAndLasting(
    '503 with Retry-After',
    status(
      503,
      retryAfter(() => '1'),
    ),
  ),
  ...onceAndLasting('504', status(504)),
  ...onceAndLasting('500 after the write', always({ kind: 'answer', status: 500, carriedOut: true }), WRITES),
  ...onceAndLasting(
    '503 with Retry-After after the write',
    always({ kind: 'answer', status: 503, headers: { 'retry-after': '1' }, carriedOut: true }),
    WRITES,
  ),
  ...onceAndLasting('504 after the write', always({ kind: 'answer', status: 504, carriedOut: true }), WRITES),
  ...garbled('200 with HTML', always({ kind: 'answer', status: 200, body: HTML })),
  ...garbled(
    '200 with HTML after the write',
    always({ kind: 'answer', status: 200, body: HTML, carriedOut: true }),
    WRITES,
  ),
  ...garbled('200 with half of the body', always({ kind: 'shorten' })),
  ...garbled('200 with nothing', always({ kind: 'answer', status: 200, headers: JSON_TYPE, body: '' })),
  ...garbled('200 of another shape', always({ kind: 'answer', status: 200, body: { something: 'else' } })),
  ...garbled('200 with a list', always({ kind: 'answer', status: 200, body: [] })),
  ...garbled('200 with null', always({ kind: 'answer', status: 200, headers: JSON_TYPE, body: 'null' })),
  ...garbled(
    '200 of another shape after the write',
    always({ kind: 'answer', status: 200, body: { something: 'else' }, carriedOut: true }),
    WRITES,
  ),
  {
    name: 'down for a moment',
    demand: 'may-pass',
    times: 1,
    effect: always({ kind: 'down', milliseconds: 2 }),
  },
  { name: 'down for good', demand: 'lasts', times: 1, effect: always({ kind: 'down' }) },
  ...onceAndLasting('reset', always({ kind: 'reset' })),
  ...onceAndLasting('reset after the write', always({ kind: 'reset', carriedOut: true }), WRITES),
  ...onceAndLasting('closed without an answer', always({ kind: 'close' })),
  ...onceAndLasting(
    'closed without an answer after the write',
    always({ kind: 'close', carriedOut: true }),
    WRITES,
  ),
  ...onceAndLasting('cut in the body', always({ kind: 'cut', framing: 'content-length' })),
  ...onceAndLasting('cut in a chunked body', always({ kind: 'cut', framing: 'chunked' })),
  ...onceAndLasting('no answer at all', always({ kind: 'hang' })),
  ...onceAndLasting('no answer after the write', always({ kind: 'hang', carriedOut: true }), WRITES),
  ...onceAndLasting('body that stops', always({ kind: 'stall' })),
  ...onceAndLasting('body slower than the time-out', always(SLOW)),
  {
    name: 'a page that repeats',
    demand: 'may-pass',
    times: 1,
    effect: always({ kind: 'repeat' }),
    kinds: LISTS,
    needsEarlier: true,
  },
  {
    name: 'a page that repeats for ever',
    demand: 'lasts',
    effect: always({ kind: 'repeat' }),
    kinds: LISTS,
    needsEarlier: true,
  },
  ...['records', 'organizations', 'users'].flatMap((at): FaultRow[] => [
    {
      name: `a page without its last of ${at}`,
      demand: 'lasts',
      times: 1,
      effect: always({ kind: 'drop', at }),
      kinds: LISTS,
    },
  ]),
  {
    name: 'a list that ends early',
    demand: 'lasts',
    effect: ({ kind }) =>
      kind === 'query'
        ? { kind: 'edit', at: 'done', to: true }
        : { kind: 'edit', at: 'meta.has_more', to: false },
    kinds: LISTS,
  },
  {
    name: 'a list without a next link',
    demand: 'lasts',
    effect: ({ kind }) =>
      kind === 'query'
        ? { kind: 'edit', at: 'nextRecordsUrl', to: null }
        : { kind: 'edit', at: 'links', to: { next: null } },
    kinds: LISTS,
  },
  {
    name: 'a count that is too high, once',
    demand: 'passes',
    times: 1,
    effect: always({ kind: 'edit', at: 'count.value', to: 999 }),
    kinds: ['count'],
  },
  {
    name: 'a count that is too high, lasting',
    demand: 'lasts',
    effect: always({ kind: 'edit', at: 'count.value', to: 999 }),
    kinds: ['count'],
  },
  {
    name: 'a total that is too high',
    demand: 'lasts',
    times: 1,
    effect: always({ kind: 'edit', at: 'totalSize', to: 999 }),
    kinds: ['query'],
  },
  ...(['fails', 'half-fails', 'killed', 'never-ends', 'status-gone', 'results-null'] as const).map(
    (outcome): FaultRow => ({
      name: `job ${outcome}`,
      demand: 'refuses',
      times: 1,
      effect: always({ kind: 'job', outcome }),
      kinds: ['update'],
    }),
  ),
  {
    name: 'job that will not be accepted',
    demand: 'lasts',
    effect: status(
      429,
      retryAfter(() => '60'),
    ),
    kinds: ['update'],
  },
]

/** Whether a fault can hit a call at all. */
export function canHappen(fault: FaultRow, call: CallRow): boolean {
  if (fault.kinds && !fault.kinds.includes(call.kind)) return false
  if (fault.server && fault.server !== call.server) return false
  const effect = fault.effect(call)
  if (effect.kind !== 'drop') return true
  return call.kind === 'query' ? effect.at === 'records' : call.name === `list of ${effect.at}`
}
