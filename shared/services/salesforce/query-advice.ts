import { API_VERSION, API_VERSION_FILE } from './api-version.ts'

const NO_RIGHT =
  'Give the integration user the permission "API Enabled" and a permission set that reads the objects and fields of the query; `preflight` lists them.'
const REPORT = 'Report it with the log: the query must be changed.'
const ASK_SALESFORCE = 'Ask an admin of the Salesforce org.'

/** What to do about a refused query, by code. The usual reason is a missing permission. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['INSUFFICIENT_ACCESS', NO_RIGHT],
  ['INSUFFICIENT_ACCESS_OR_READONLY', NO_RIGHT],
  ['INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', NO_RIGHT],
  ['FORBIDDEN', NO_RIGHT],
  ['API_CURRENTLY_DISABLED', NO_RIGHT],
  ['API_DISABLED_FOR_ORG', 'Turn on the API of this org. Its edition must include the API.'],
  ['FUNCTIONALITY_NOT_ENABLED', NO_RIGHT],
  ['MALFORMED_QUERY', REPORT],
  ['OPERATION_TOO_LARGE', REPORT],
  ['QUERY_TOO_COMPLICATED', REPORT],
  ['EXCEEDED_ID_LIMIT', REPORT],
  ['ORG_LOCKED', 'Salesforce has locked the org: ask its support.'],
  [
    'INVALID_OPERATION_WITH_EXPIRED_PASSWORD',
    `The integration user's password has expired. ${ASK_SALESFORCE}`,
  ],
  ['PASSWORD_LOCKOUT', `The integration user is locked out. ${ASK_SALESFORCE}`],
  ['LOGIN_DURING_RESTRICTED_TIME', `The integration user may not log in at this hour. ${ASK_SALESFORCE}`],
  [
    'LOGIN_DURING_RESTRICTED_DOMAIN',
    `The integration user may not log in from this address. ${ASK_SALESFORCE}`,
  ],
])

/** What to do about a query that was refused with this code. */
export function adviceOnQuery(code: string, settings: string): string {
  return ADVICE.get(code) ?? `Check what the user behind ${settings} may read.`
}

export const VERSION_ADVICE = `In ${API_VERSION_FILE}, set a version that this org has. It is ${API_VERSION} now; LOGIN_URL/services/data lists the versions.`
