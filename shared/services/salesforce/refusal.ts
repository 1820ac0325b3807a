import { z } from 'zod'
import type { Judgement } from '../http/index.ts'

/** A refusal in Salesforce's words. */
type Refusal = { code: string; message: string }

const text = z.string().catch('')
/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm */
const API_REFUSAL = z.object({ errorCode: z.string().min(1), message: text })
/** https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm */
const LOGIN_REFUSAL = z.object({ error: z.string().min(1), error_description: text })

const REFUSAL = z.union([
  z
    .tuple([API_REFUSAL], API_REFUSAL)
    .transform(([{ errorCode, message }]): Refusal => ({ code: errorCode, message })),
  API_REFUSAL.transform(({ errorCode, message }): Refusal => ({ code: errorCode, message })),
  LOGIN_REFUSAL.transform(
    ({ error, error_description }): Refusal => ({
      code: error,
      message: error_description,
    }),
  ),
])

const BUSY = 'Run it again at a quieter hour. If it keeps failing, look at https://status.salesforce.com.'
const SLOW =
  'Run it again at a quieter hour. If it keeps failing, ask Salesforce to index the fields that the query filters by.'
const CROWDED =
  'Other programs use up the concurrent requests of the org: run it again later. If it keeps failing, find them in Setup, System Overview, API Usage.'
const LOGIN_BUSY = 'Run it again later. If it keeps failing, look at https://status.salesforce.com.'

/** Codes of transient failures, with what to do if one lasts. They come with 400, 403, 500 or 503. */
const TRANSIENT: ReadonlyMap<string, string> = new Map([
  ['QUERY_TIMEOUT', SLOW],
  ['REQUEST_RUNNING_TOO_LONG', SLOW],
  ['SERVER_UNAVAILABLE', BUSY],
  ['UNKNOWN_EXCEPTION', BUSY],
  ['UNABLE_TO_LOCK_ROW', BUSY],
  ['TOO_MANY_APEX_REQUESTS', CROWDED],
  // Codes of a login.
  ['unknown_error', LOGIN_BUSY],
  ['server_error', LOGIN_BUSY],
  ['temporarily_unavailable', LOGIN_BUSY],
])

/** Codes that mean two things. If Salesforce's sentence matches, the failure is transient. */
const TRANSIENT_BY_MESSAGE: ReadonlyMap<string, { said: RegExp; hint: string }> = new Map([
  // `ConcurrentRequests`, `ConcurrentPerOrgLongTxn`, `ConcurrentPerOrgApex`; the day's limit is `TotalRequests`.
  ['REQUEST_LIMIT_EXCEEDED', { said: /concurrent/i, hint: CROWDED }],
  // A disturbance at Salesforce. With `API is disabled for this User` it is a missing permission.
  ['API_CURRENTLY_DISABLED', { said: /^(?!.*for this user)/i, hint: BUSY }],
  // 3,600 logins of a user in an hour.
  ['invalid_grant', { said: /login rate exceeded/i, hint: LOGIN_BUSY }],
])

/** Codes of lasting failures, even with a status that is otherwise transient. */
const LASTING = new Set([
  'API_DISABLED_FOR_ORG',
  'FUNCTIONALITY_NOT_ENABLED',
  'INSUFFICIENT_ACCESS',
  'INSUFFICIENT_ACCESS_OR_READONLY',
  'INVALID_FIELD',
  'INVALID_QUERY_LOCATOR',
  'INVALID_SESSION_ID',
  'INVALID_TYPE',
  'MALFORMED_QUERY',
  'NOT_FOUND',
  'OPERATION_TOO_LARGE',
  'QUERY_TOO_COMPLICATED',
  'UNSUPPORTED_API_VERSION',
  'inactive_org',
  'inactive_user',
  'invalid_app_access',
  'invalid_client',
  'invalid_client_id',
  'invalid_request',
  'unsupported_grant_type',
])

/** Whether a refusal is transient, by Salesforce's code and sentence; null if the status must decide. */
export function judgeRefusal({ text }: { text: string }): Judgement | null {
  const refusal = parseRefusal(text)
  if (!refusal) return null
  const { code, message } = refusal
  const hint = TRANSIENT.get(code)
  if (hint !== undefined) return { isTransient: true, code, hint }
  const byMessage = TRANSIENT_BY_MESSAGE.get(code)
  if (byMessage) {
    const isTransient = byMessage.said.test(message)
    // The message names the limit.
    return {
      isTransient,
      code: isTransient ? `${code} (${message.slice(0, 100)})` : code,
      hint: byMessage.hint,
    }
  }
  return LASTING.has(code) ? { isTransient: false, code } : null
}

function parseRefusal(text: string): Refusal | undefined {
  try {
    return REFUSAL.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
