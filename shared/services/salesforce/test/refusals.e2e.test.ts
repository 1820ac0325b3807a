import { expect, test } from 'vitest'
import { type ScriptedAnswer, startScriptedServer, testContext } from '../../http/test/scripted-server.ts'
import { connectSalesforce } from '../index.ts'

const EMPTY = { totalSize: 0, done: true, records: [] }

/** Queries a Salesforce that answers logins and queries from these lists first, and then normally. */
async function ask({ logins = [], queries = [] }: { logins?: ScriptedAnswer[]; queries?: ScriptedAnswer[] }) {
  let [logged, asked, url] = [0, 0, '']
  await using server = await startScriptedServer(({ path }) => {
    if (!path.endsWith('/token')) return queries[asked++] ?? { json: EMPTY }
    const session = { access_token: 'token', instance_url: url, id: `${url}/id/00D/005` }
    return logins[logged++] ?? { json: session }
  })
  url = server.url
  const context = testContext()
  const read = async () => {
    const login = { loginUrl: url, clientId: 'client', clientSecret: 'secret' }
    const salesforce = await connectSalesforce(login, context)
    return Array.fromAsync(salesforce.query('SELECT Id FROM Account'))
  }
  const problem = await read().then(
    () => null,
    (error: unknown) => error,
  )
  return { problem, requests: server.requests.length, context }
}

function refusal(status: number, errorCode: string, message: string): ScriptedAnswer {
  return { status, json: [{ errorCode, message }] }
}

function noLogin(error: string, error_description?: string, status = 400): ScriptedAnswer {
  return { status, json: { error, error_description } }
}

const TRANSIENT: [string, number, string][] = [
  ['QUERY_TIMEOUT', 400, 'Your query request was running for too long.'],
  ['QUERY_TIMEOUT', 503, 'Your query request was running for too long.'],
  ['SERVER_UNAVAILABLE', 400, 'Server Too Busy'],
  ['SERVER_UNAVAILABLE', 503, 'Server Too Busy'],
  ['UNABLE_TO_LOCK_ROW', 400, 'unable to obtain exclusive access to this record'],
  ['REQUEST_LIMIT_EXCEEDED', 403, 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'],
  ['REQUEST_LIMIT_EXCEEDED', 403, 'ConcurrentPerOrgLongTxn Limit exceeded.'],
  ['REQUEST_LIMIT_EXCEEDED', 503, 'ConcurrentPerOrgApex Limit exceeded'],
  ['REQUEST_RUNNING_TOO_LONG', 400, 'Your request was running for too long, and has been stopped.'],
  ['TOO_MANY_APEX_REQUESTS', 400, 'Too many Apex requests'],
  ['API_CURRENTLY_DISABLED', 403, 'API functionality is temporarily unavailable.'],
  ['UNKNOWN_EXCEPTION', 500, 'An unexpected error occurred.'],
]

test.each(TRANSIENT)(
  '%s with %i is transient: the request is repeated, and if it lasts, the outage names the code',
  async (code, status, message) => {
    const once = await ask({ queries: [refusal(status, code, message)] })
    expect(once.problem).toBe(null)
    expect(once.context.usage).toEqual({ requests: 3, retries: 1 })
    const lasting = await ask({ queries: Array(9).fill(refusal(status, code, message)) })
    expect(lasting.problem).toMatchObject({ kind: 'upstream', code: 'UPSTREAM_UNAVAILABLE' })
    expect(lasting.problem).toHaveProperty('message', expect.stringContaining(code))
    expect(lasting.requests).toBe(1 + 3)
  },
)

test('the error names the limit on concurrent requests, and the hint says what reaches it', async () => {
  const said = 'ConcurrentPerOrgLongTxn Limit exceeded.'
  const { problem } = await ask({ queries: Array(9).fill(refusal(403, 'REQUEST_LIMIT_EXCEEDED', said)) })
  expect(problem).toMatchObject({
    message: expect.stringContaining('ConcurrentPerOrgLongTxn'),
    next: expect.stringContaining('Other programs'),
  })
})

test.each([
  ['unknown_error', 400, 'retry your request'],
  ['server_error', 400, 'unexpected'],
  ['temporarily_unavailable', 503, 'try later'],
  ['invalid_grant', 400, 'login rate exceeded'],
])('a login refused with %s (%i) is transient', async (error, status, said) => {
  const once = await ask({ logins: [noLogin(error, said, status)] })
  expect(once.problem).toBe(null)
  const lasting = await ask({ logins: Array(9).fill(noLogin(error, said, status)) })
  expect(lasting.problem).toMatchObject({ kind: 'upstream', code: 'UPSTREAM_UNAVAILABLE' })
  expect(lasting.problem).toHaveProperty('message', expect.stringContaining(error))
  expect(lasting.requests).toBe(3)
})

test('a request waits as long as Salesforce asks for with such a code', async () => {
  const answer = { ...refusal(503, 'SERVER_UNAVAILABLE', 'busy'), headers: { 'retry-after': '7' } }
  expect((await ask({ queries: [answer] })).context.waits).toEqual([7_500])
})

const FIELD =
  "SELECT Id, Support_Hold__c\n           ^\nERROR at Row:1:Column:12\nNo such column 'Support_Hold__c' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c'."

test.each<[string, number, string, string, RegExp, RegExp]>([
  ['INVALID_FIELD', 400, FIELD, 'FIELD_HIDDEN', /the field Account\.Support_Hold__c /, /permission set/],
  ['INVALID_FIELD', 500, FIELD, 'FIELD_HIDDEN', /Account\.Support_Hold__c/, /field-level security/],
  [
    'INVALID_FIELD',
    400,
    "Didn't understand relationship 'Owner__r' in field path.",
    'FIELD_HIDDEN',
    /Owner__r/,
    /permission set/,
  ],
  [
    'INVALID_TYPE',
    400,
    "sObject type 'Zuora__X__c' is not supported.",
    'OBJECT_HIDDEN',
    /object Zuora__X__c /,
    /permission set/,
  ],
  [
    'INVALID_TYPE',
    400,
    "Didn't understand relationship 'Contacts' in FROM part of query call.",
    'OBJECT_HIDDEN',
    /Contacts/,
    /permission set/,
  ],
  [
    'UNSUPPORTED_API_VERSION',
    410,
    'no longer supported',
    'API_VERSION_RETIRED',
    /version \d\d\.0/,
    /shared\/services\/salesforce\/api-version\.ts/,
  ],
  [
    'UNSUPPORTED_API_VERSION',
    503,
    'no longer supported',
    'API_VERSION_RETIRED',
    /version \d\d\.0/,
    /shared\/services\/salesforce\/api-version\.ts/,
  ],
  [
    'NOT_FOUND',
    404,
    'The requested resource does not exist',
    'NOT_FOUND',
    /version \d\d\.0/,
    /api-version\.ts/,
  ],
  [
    'REQUEST_LIMIT_EXCEEDED',
    403,
    'TotalRequests Limit exceeded.',
    'REQUEST_LIMIT',
    /today.*REQUEST_LIMIT_EXCEEDED/,
    /24 hours/,
  ],
  ['REQUEST_LIMIT_EXCEEDED', 503, 'TotalRequests Limit exceeded.', 'REQUEST_LIMIT', /today/, /API Usage/],
  ['MALFORMED_QUERY', 400, 'unexpected token', 'QUERY_REFUSED', /MALFORMED_QUERY/, /Report/],
  [
    'INSUFFICIENT_ACCESS',
    403,
    'insufficient access rights',
    'QUERY_REFUSED',
    /INSUFFICIENT_ACCESS/,
    /permission set/,
  ],
  ['API_DISABLED_FOR_ORG', 403, 'API is not enabled', 'QUERY_REFUSED', /API_DISABLED_FOR_ORG/, /edition/],
  [
    'API_CURRENTLY_DISABLED',
    403,
    'API is disabled for this User',
    'QUERY_REFUSED',
    /API_CURRENTLY_DISABLED/,
    /API Enabled/,
  ],
  ['SOMETHING_NEW', 400, 'new', 'QUERY_REFUSED', /SOMETHING_NEW: new/, /SALESFORCE_CLIENT_ID/],
])(
  '%s with %i is lasting, and the hint says what to do',
  async (errorCode, status, message, code, said, advice) => {
    const { problem, requests } = await ask({ queries: [refusal(status, errorCode, message)] })
    expect(problem).toMatchObject({ kind: 'bad-input', code })
    expect(problem).toHaveProperty('message', expect.stringMatching(said))
    expect(problem).toHaveProperty('next', expect.stringMatching(advice))
    expect(requests).toBe(2)
  },
)

test('the first of several refusals in one answer counts', async () => {
  const json = [
    { errorCode: 'INVALID_TYPE', message: "sObject type 'X__c' is not supported." },
    { errorCode: 'INVALID_FIELD', message: 'and more' },
  ]
  const { problem } = await ask({ queries: [{ status: 400, json }] })
  expect(problem).toMatchObject({ code: 'OBJECT_HIDDEN', kind: 'bad-input' })
})

test('a lost position is not bad input: starting again helps', async () => {
  const lost = refusal(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator')
  const { problem, requests } = await ask({ queries: [lost] })
  expect(problem).toMatchObject({ kind: 'upstream', code: 'QUERY_POSITION_LOST' })
  expect(requests).toBe(2)
})

test.each<[string, string, RegExp]>([
  ['invalid_client_id', 'client identifier invalid', /SALESFORCE_CLIENT_ID/],
  ['invalid_client', 'invalid client credentials', /SALESFORCE_CLIENT_SECRET/],
  ['invalid_grant', 'no client credentials user enabled', /Run As/],
  ['invalid_grant', 'request not supported on this domain', /my\.salesforce\.com/],
  ['invalid_grant', "user hasn't approved this consumer", /pre-authorize/],
  ['invalid_grant', 'audience is invalid', /SALESFORCE_LOGIN_URL/],
  ['invalid_grant', 'invalid assertion', /SALESFORCE_PRIVATE_KEY_FILE/],
  ['invalid_grant', 'expired authorization code', /clock/],
  ['invalid_grant', 'ip restricted', /address/],
  ['invalid_grant', 'authentication failure', /login history/],
  ['inactive_user', 'user is inactive', /Activate/],
  ['invalid_app_access', 'user is not admin approved to access this app', /permission set that may use/],
  ['unsupported_grant_type', 'grant type not supported', /flow/],
  ['invalid_grant', '', /SALESFORCE_LOGIN_URL, SALESFORCE_CLIENT_ID/],
])('a login refused with %s (%s) is lasting, and the hint says what to do', async (error, said, advice) => {
  const { problem, requests } = await ask({ logins: [noLogin(error, said)] })
  expect(problem).toMatchObject({ kind: 'bad-input', code: 'LOGIN_REFUSED' })
  expect(problem).toHaveProperty('message', expect.stringContaining(error))
  expect(problem).toHaveProperty('next', expect.stringMatching(advice))
  expect(requests).toBe(1)
})

test('the status decides if the body is cut', async () => {
  const cut: ScriptedAnswer = { ...refusal(503, 'SERVER_UNAVAILABLE', 'busy'), broken: 'length' }
  expect((await ask({ queries: [cut] })).problem).toBe(null)
})

test('a status that says "not now" is transient, with any code', async () => {
  for (const status of [408, 425, 429]) {
    const { problem, context } = await ask({ queries: [refusal(status, 'MALFORMED_QUERY', 'x')] })
    expect([status, problem, context.usage.retries]).toEqual([status, null, 1])
  }
})
