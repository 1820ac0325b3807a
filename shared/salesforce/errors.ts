import { Trouble } from '../errors/index.ts'
import { notUnderstood } from '../http/index.ts'

/**
 * jsforce does not export its error class; it is known by the code that Salesforce gave.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
 */
function codeOf(error: unknown): string {
  return error instanceof Error && 'errorCode' in error && typeof error.errorCode === 'string'
    ? error.errorCode
    : ''
}

/** True for Salesforce's answers to a session that is no longer valid. */
export function isSessionExpired(error: unknown): boolean {
  return ['INVALID_SESSION_ID', 'INVALID_AUTH_HEADER', 'ERROR_HTTP_401'].includes(codeOf(error))
}

/** For whatever a query was refused with. What is neither ours nor Salesforce's refusal, jsforce stumbled over. */
export function queryTrouble(error: unknown, settings: string): Trouble {
  if (error instanceof Trouble) return error
  const code = codeOf(error)
  if (!(error instanceof Error) || code === '') {
    return notUnderstood('Salesforce', 'a query', 'an error without a code')
  }
  const said = lastLine(error.message)
  if (isSessionExpired(error)) {
    return new Trouble(
      'bad-input',
      'SESSION_REFUSED',
      `Salesforce refuses every new session (${code}).`,
      `Check that the user behind ${settings} may use the API.`,
    )
  }
  switch (code) {
    case 'INVALID_FIELD':
      return new Trouble(
        'bad-input',
        'FIELD_HIDDEN',
        `Salesforce knows no field ${fieldIn(said) ?? `such as this: ${said}`}.`,
        'Let the integration user see it: field-level security hides a field as if it did not exist.',
      )
    case 'NOT_FOUND':
      return new Trouble(
        'bad-input',
        'NOT_FOUND',
        'Salesforce has no such query, page or object, or hides it (NOT_FOUND).',
        `Check what the user behind ${settings} may read.`,
      )
    case 'REQUEST_LIMIT_EXCEEDED':
      return new Trouble(
        'upstream',
        'REQUEST_LIMIT',
        'Salesforce has no API requests left for today (REQUEST_LIMIT_EXCEEDED).',
        'Wait until others use fewer of them, or raise the limit; it counts the last 24 hours.',
      )
    case 'INVALID_QUERY_LOCATOR':
      return new Trouble(
        'upstream',
        'QUERY_POSITION_LOST',
        'Salesforce forgot the position of a running query (INVALID_QUERY_LOCATOR).',
        'Start the stage again; a user can have ten queries open at a time.',
      )
    default:
      return new Trouble(
        'bad-input',
        'QUERY_REFUSED',
        `Salesforce refused a query with ${code}: ${said}`,
        `Check what the user behind ${settings} may read.`,
      )
  }
}

/** For whatever a login failed with. */
export function loginTrouble(error: unknown, settings: string): Trouble {
  if (error instanceof Trouble) return error
  if (!(error instanceof Error)) return notUnderstood('Salesforce', 'the login', 'no error')
  if (error instanceof TypeError) {
    // jsforce reads the token answer's `id` without looking whether there is one.
    return new Trouble(
      'upstream',
      'ANSWER_NOT_UNDERSTOOD',
      'Salesforce answered the login without a session.',
      `Check ${settings}, then start the stage again.`,
      { cause: error },
    )
  }
  return new Trouble(
    'bad-input',
    'LOGIN_REFUSED',
    `Salesforce refused the login (${nameOf(error)}): ${lastLine(error.message)}`,
    `Check ${settings}, and that the connected app allows this way to log in.`,
  )
}

/** jsforce names its error by what stands in the answer, whatever that is. */
function nameOf({ name }: { name: unknown }): string {
  return typeof name === 'string' ? name : 'without a code'
}

/** Salesforce puts an excerpt of the query before its sentence. */
function lastLine(message: string): string {
  return (message.trim().split('\n').at(-1) ?? '').slice(0, 300)
}

function fieldIn(sentence: string): string | undefined {
  const found = /No such column '([^']+)' on (?:entity|sobject of type) '?([\w]+)/i.exec(sentence)
  if (found) return `${found[2]}.${found[1]}`
  return /relationship '([^']+)'/.exec(sentence)?.[1]
}
