/** What Salesforce says about a refused login, and what to do. The first rule that applies counts. */
type Rule = { error: string; said?: RegExp; advice: string }

const APP = 'the external client app (or connected app)'
const RULES: readonly Rule[] = [
  {
    error: 'invalid_client_id',
    advice: `SALESFORCE_CLIENT_ID must be the consumer key of ${APP} in the org of SALESFORCE_LOGIN_URL.`,
  },
  {
    error: 'invalid_client',
    advice: `SALESFORCE_CLIENT_SECRET must be the current consumer secret of ${APP} that SALESFORCE_CLIENT_ID names.`,
  },
  {
    error: 'invalid_grant',
    said: /no client credentials user/i,
    advice: `In the policies of ${APP}, choose the user under Client Credentials Flow, Run As.`,
  },
  {
    error: 'invalid_grant',
    said: /not supported on this domain/i,
    advice: "SALESFORCE_LOGIN_URL must be the org's own address, such as https://example.my.salesforce.com.",
  },
  {
    error: 'invalid_grant',
    said: /approved/i,
    advice: `Let admins pre-authorize users in the policies of ${APP}, and give it a permission set that SALESFORCE_USERNAME has. Check the user name too: a sandbox appends its name to it.`,
  },
  {
    error: 'invalid_grant',
    said: /audience/i,
    advice:
      "SALESFORCE_LOGIN_URL must be https://login.salesforce.com, https://test.salesforce.com for a sandbox, or the org's own address.",
  },
  {
    error: 'invalid_grant',
    said: /assertion|expired|signature/i,
    advice: `SALESFORCE_PRIVATE_KEY_FILE must be the key of the certificate in ${APP}, and this machine's clock must be right.`,
  },
  {
    error: 'invalid_grant',
    said: /\bip\b/i,
    advice: `This machine's address is not allowed for the user, or not for ${APP}: add it, or relax IP restrictions in the app's policies.`,
  },
  {
    error: 'invalid_grant',
    said: /inactive|authentication failure|user/i,
    advice:
      "Check that the integration user is active and may log in: Salesforce's login history has the reason.",
  },
  { error: 'inactive_user', advice: 'Activate the integration user in Salesforce.' },
  {
    error: 'inactive_org',
    advice: 'The org is closed, locked or under maintenance: check SALESFORCE_LOGIN_URL.',
  },
  {
    error: 'invalid_app_access',
    advice: `Give the integration user a permission set that may use ${APP}: its policies list them.`,
  },
  {
    error: 'unsupported_grant_type',
    advice: `Turn on the flow that you use in ${APP}: client credentials, or JWT bearer.`,
  },
  {
    error: 'invalid_request',
    advice: `Turn on the flow that you use in ${APP}: client credentials, or JWT bearer.`,
  },
]

/** What to do about a refused login; undefined if no rule applies. */
export function adviceOnLogin(error: string, said: string): string | undefined {
  return RULES.find(rule => rule.error === error && (rule.said?.test(said) ?? true))?.advice
}
