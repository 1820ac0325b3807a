/** An instance. `variables` is the prefix of its environment variables, such as `ZENDESK_GLOBAL`. */
type InstanceAddress = {
  /** The name of the instance for people, such as `Zendesk Global`. */
  name: string
  variables: string
  /** `https://SUBDOMAIN.zendesk.com` */
  url: string
}

/** Log in with a confidential OAuth client and the client_credentials grant. */
export type OAuthCredentials = InstanceAddress & { clientId: string; clientSecret: string }

/** Log in with an API token. */
export type ApiTokenCredentials = InstanceAddress & { user: string; token: string }

export type ZendeskCredentials = OAuthCredentials | ApiTokenCredentials

/**
 * The day from which no API token works any more
 * (https://developer.zendesk.com/documentation/authentication/, "Migrating from API tokens to OAuth access tokens").
 */
export const API_TOKENS_END = '2027-04-30'

/** Where an admin sets up an OAuth client. */
export const CLIENTS_PAGE = 'Admin Center, Apps and integrations, APIs, OAuth clients'

/** The variables to check if Zendesk refuses the login, in words. */
export function settingsOf(credentials: ZendeskCredentials): string {
  const { variables } = credentials
  return 'clientId' in credentials
    ? `${variables}_URL, ${variables}_CLIENT_ID and ${variables}_CLIENT_SECRET`
    : `${variables}_URL, ${variables}_USER and ${variables}_TOKEN`
}

/** The variables that name an OAuth client, in words. */
export function clientVariables({ variables }: Pick<InstanceAddress, 'variables'>): string {
  return `${variables}_CLIENT_ID and ${variables}_CLIENT_SECRET`
}
