/** How to log in: with the client's secret (client credentials), or with a signed assertion (JWT bearer). */
export type SalesforceCredentials =
  | { loginUrl: string; clientId: string; clientSecret: string }
  | { loginUrl: string; clientId: string; username: string; privateKey: string }

/** The environment variables of these credentials, for messages. */
export function settingsOf(credentials: SalesforceCredentials): string {
  return 'clientSecret' in credentials
    ? 'SALESFORCE_LOGIN_URL, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET'
    : 'SALESFORCE_LOGIN_URL, SALESFORCE_CLIENT_ID, SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY_FILE'
}
