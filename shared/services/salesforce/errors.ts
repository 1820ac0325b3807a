import { z } from 'zod'
import { badInput, ExpectedError, upstreamFailed } from '../../runtime/errors/index.ts'
import { apartText, unknownAnswer } from '../http/index.ts'
import { API_VERSION } from './api-version.ts'
import { adviceOnLogin } from './login-advice.ts'
import { adviceOnQuery, VERSION_ADVICE } from './query-advice.ts'

/** jsforce's code for several refusals in one answer. The error's `data` has the list. */
const SEVERAL = 'MULTIPLE_API_ERRORS'
const REFUSALS = z.tuple([z.object({ errorCode: z.string(), message: z.string() })], z.unknown())

/**
 * Reads the code and sentence of Salesforce's refusal. jsforce does not export its error class, but it has `errorCode`.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
 */
function refusalIn(error: unknown): { code: string; message: string } {
  const none = { code: '', message: '' }
  if (!(error instanceof Error && 'errorCode' in error && typeof error.errorCode === 'string')) return none
  if (error.errorCode === SEVERAL && 'data' in error) {
    const [first] = REFUSALS.safeParse(error.data).data ?? []
    if (first) return { code: first.errorCode, message: first.message }
  }
  return { code: error.errorCode, message: error.message }
}

/** Whether Salesforce refused a session that is no longer valid. */
export function isSessionExpired(error: unknown): boolean {
  return ['INVALID_SESSION_ID', 'INVALID_AUTH_HEADER', 'ERROR_HTTP_401'].includes(refusalIn(error).code)
}

/** The error of a failed query. An error that is neither ours nor a refusal comes from jsforce. */
export function queryError(error: unknown, settings: string): ExpectedError {
  if (error instanceof ExpectedError) return error
  const { code, message } = refusalIn(error)
  if (code === '') return unknownAnswer('Salesforce', 'a query', 'an error without a code')
  const said = lastLine(message)
  if (isSessionExpired(error)) {
    return badInput('SESSION_REFUSED', {
      message: `Salesforce refuses every new session (${code})`,
      next: `Check that the user behind ${settings} may use the API.`,
    })
  }
  switch (code) {
    case 'INVALID_FIELD':
      return badInput('FIELD_HIDDEN', {
        message: `Salesforce does not know the field ${fieldIn(said) ?? `in this sentence: ${said}`} (${code})`,
        next: "Give the integration user's permission set read access to it: field-level security hides a field as if it did not exist.",
      })
    case 'INVALID_TYPE':
      return badInput('OBJECT_HIDDEN', {
        message: `Salesforce does not know the object ${objectIn(said) ?? `in this sentence: ${said}`} (${code})`,
        next: "Give the integration user's permission set read access to the object and to the field that leads to it: Salesforce hides an object as if it did not exist.",
      })
    case 'UNSUPPORTED_API_VERSION':
      return badInput('API_VERSION_RETIRED', {
        message: `Salesforce no longer offers version ${API_VERSION} of its API (${code})`,
        next: VERSION_ADVICE,
      })
    case 'NOT_FOUND':
      return badInput('NOT_FOUND', {
        message: `Salesforce has no such query, page or object in version ${API_VERSION} of its API, or hides it (${code})`,
        next: `Check what the user behind ${settings} may read. ${VERSION_ADVICE}`,
      })
    case 'REQUEST_LIMIT_EXCEEDED':
      return badInput('REQUEST_LIMIT', {
        message: `Salesforce refused a query: no API requests are left for today (${code}: ${said})`,
        next: 'Find the program that uses them up (Setup, System Overview, API Usage), or raise the limit. It counts the last 24 hours.',
      })
    case 'INVALID_QUERY_LOCATOR':
      return upstreamFailed('QUERY_POSITION_LOST', {
        message: `Salesforce forgot the position of a running query (${code})`,
        next: 'Start the stage again. It reads from the beginning, and wrote nothing from this incomplete read.',
      })
    default:
      return badInput('QUERY_REFUSED', {
        message: `Salesforce refused a query with ${code}: ${said}`,
        next: adviceOnQuery(code, settings),
      })
  }
}

/** A signed assertion is valid for three minutes. A clock that is off by more than two may be why a login fails. */
const MAX_MS_OFF = 2 * 60_000

/** The error of a failed login. `ahead` is how far this machine's clock is ahead of the answer's. */
export function loginError(error: unknown, settings: string, ahead: number | null): ExpectedError {
  if (error instanceof ExpectedError) return error
  if (!(error instanceof Error)) return unknownAnswer('Salesforce', 'the login', 'no error')
  if (error instanceof TypeError) {
    // jsforce reads the `id` in the token answer without checking that there is one.
    return upstreamFailed('ANSWER_NOT_UNDERSTOOD', {
      message: 'Salesforce answered the login without a session',
      next: `Check ${settings}, then start the stage again.`,
      cause: error,
    })
  }
  const name = nameOf(error)
  const said = lastLine(error.message)
  const isClockOff = ahead !== null && Math.abs(ahead) > MAX_MS_OFF
  return badInput('LOGIN_REFUSED', {
    message: `Salesforce refused the login (${name}): ${said}${isClockOff ? `; this machine's clock is ${apartText(ahead)}` : ''}`,
    next:
      (isClockOff ? `Set this machine's clock: a signed login is valid for three minutes. ` : '') +
      (adviceOnLogin(name, said) ??
        `Check ${settings}, and that the connected app allows this way to log in.`),
  })
}

/** jsforce takes the error's name from the answer, even if it is not a text. */
function nameOf({ name }: { name: unknown }): string {
  return typeof name === 'string' ? name : 'without a code'
}

/** Salesforce's sentence is the last line, after an excerpt of the query. */
function lastLine(message: string): string {
  return (message.trim().split('\n').at(-1) ?? '').slice(0, 300)
}

function fieldIn(sentence: string): string | undefined {
  const found = /No such column '([^']+)' on (?:entity|sobject of type) '?([\w]+)/i.exec(sentence)
  if (found) return `${found[2]}.${found[1]}`
  return /relationship '([^']+)'/.exec(sentence)?.[1]
}

function objectIn(sentence: string): string | undefined {
  return /(?:sObject type|relationship) '([^']+)'/i.exec(sentence)?.[1]
}
