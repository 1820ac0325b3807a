import fc from 'fast-check'
import { ExpectedError } from '../../../runtime/errors/index.ts'
import { HOSTILE_TEXTS, UNPRINTABLE } from '../../../runtime/text/test/hostile-texts.ts'
import { type RecordedRequest, type ScriptedServer, startScriptedServer } from './scripted-server.ts'

/** Any JSON, including hostile keys and texts. */
export const hostileJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1e308, 2 ** 53, '', ...HOSTILE_TEXTS),
    fc.string(),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('__proto__', 'constructor', 'toString', 'id', 'name', 'error', 'length', 'x'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value

/** A correct answer with one value, anywhere in it, replaced. */
export function spoiled(answer: unknown): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...placesOf(answer)), hostileJson)
    .map(([place, value]) => replaced(answer, place, value))
}

/** Checks what a caller makes of an answer: a value, or an `ExpectedError` that can be shown. */
export async function endsWell(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error
    if (UNPRINTABLE.test(error.message + error.next)) throw new Error(`unprintable: ${error.code}`)
    if (error.code === '' || error.message === '' || error.next === '')
      throw new Error('an error has an empty part')
  }
}

/** A server whose next answer the test sets: JSON, or plain text. */
export async function startHostileServer(): Promise<
  ScriptedServer & { answers: (answer: (request: RecordedRequest) => unknown) => void }
> {
  let current: (request: RecordedRequest) => unknown = () => null
  const server = await startScriptedServer(request => {
    server.requests.length = 0
    const answer = current(request)
    return answer instanceof Raw
      ? answer
      : new Raw(200, JSON.stringify(answer), { 'content-type': 'application/json' })
  })
  return Object.assign(server, {
    answers: (answer: (request: RecordedRequest) => unknown) => {
      current = answer
    },
  })
}

/** An answer with another status or form. */
export class Raw {
  readonly status: number
  readonly text: string
  readonly headers: Record<string, string>

  constructor(status: number, text: string, headers: Record<string, string> = {}) {
    this.status = status
    this.text = text
    this.headers = headers
  }
}

type Place = readonly string[]

function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...at, key]))]
}

function replaced(value: unknown, [key, ...rest]: Place, by: unknown): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return by
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    name === key ? replaced(item, rest, by) : item,
  ])
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
}
