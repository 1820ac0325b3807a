import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { byInstance, isSalesforceId, longId, matchKey, zendeskName } from '../../domain/index.ts'
import { isSafeAddress } from '../../services/http/index.ts'

/** The variables of the bins, in groups. */

/** https, or http to loopback. Nothing else may carry a secret, and an address may not contain one. */
const safeUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && isSafeAddress(url)) return text.replace(/\/+$/, '')
  context.addIssue({ code: 'custom', message: 'must be an https URL without user and password' })
  return z.NEVER
})

const keyFile = z.string().transform((path, context) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    context.addIssue({ code: 'custom', message: 'names an unreadable file' })
    return z.NEVER
  }
})

const salesforceApp = z.object({ SALESFORCE_LOGIN_URL: safeUrl, SALESFORCE_CLIENT_ID: z.string() })

const clientCredentials = salesforceApp.extend({ SALESFORCE_CLIENT_SECRET: z.string() }).transform(given => ({
  loginUrl: given.SALESFORCE_LOGIN_URL,
  clientId: given.SALESFORCE_CLIENT_ID,
  clientSecret: given.SALESFORCE_CLIENT_SECRET,
}))

const jwtBearer = salesforceApp
  .extend({ SALESFORCE_USERNAME: z.string(), SALESFORCE_PRIVATE_KEY_FILE: keyFile })
  .transform(given => ({
    loginUrl: given.SALESFORCE_LOGIN_URL,
    clientId: given.SALESFORCE_CLIENT_ID,
    username: given.SALESFORCE_USERNAME,
    privateKey: given.SALESFORCE_PRIVATE_KEY_FILE,
  }))

export const salesforceSettings = {
  variables: {
    SALESFORCE_LOGIN_URL: 'the login address, such as https://example.my.salesforce.com',
    SALESFORCE_CLIENT_ID: "the connected app's consumer key",
    SALESFORCE_CLIENT_SECRET: 'its secret (client credentials). Or set the next two instead',
    SALESFORCE_USERNAME: 'the user to log in as (JWT bearer)',
    SALESFORCE_PRIVATE_KEY_FILE: 'the file of the private key that signs for that user',
  },
  schema: oneOf(
    jwtBearer,
    clientCredentials,
    ({ SALESFORCE_CLIENT_SECRET, SALESFORCE_USERNAME, SALESFORCE_PRIVATE_KEY_FILE }) =>
      SALESFORCE_CLIENT_SECRET === undefined &&
      (SALESFORCE_USERNAME !== undefined || SALESFORCE_PRIVATE_KEY_FILE !== undefined),
  ),
}

/** How to reach each Zendesk instance. */
export const zendeskSettings = byInstance((instance, { variables: prefix }) => {
  const url = `${prefix}_URL`
  const [clientId, clientSecret] = [`${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`]
  const [user, token] = [`${prefix}_USER`, `${prefix}_TOKEN`]
  const named = { name: zendeskName(instance), variables: prefix }
  return {
    variables: {
      [url]: 'https://SUBDOMAIN.zendesk.com',
      [clientId]: "the OAuth client's identifier",
      [clientSecret]: 'its secret. Or set the next two instead of the client',
      [user]: "the API user's email address",
      [token]: "that user's API token. Zendesk ends all API tokens: see API_TOKEN_RETIRES in docs/codes.md",
    },
    schema: oneOf(
      z.object({ [url]: safeUrl, [user]: z.string(), [token]: z.string() }).transform(given => ({
        ...named,
        url: given[url] ?? '',
        user: given[user] ?? '',
        token: given[token] ?? '',
      })),
      z.object({ [url]: safeUrl, [clientId]: z.string(), [clientSecret]: z.string() }).transform(given => ({
        ...named,
        url: given[url] ?? '',
        clientId: given[clientId] ?? '',
        clientSecret: given[clientSecret] ?? '',
      })),
      // If only one of the OAuth client's variables is set, that is an error, even if an API token is set.
      given =>
        [clientId, clientSecret].every(name => given[name] === undefined) &&
        [user, token].some(name => given[name] !== undefined),
    ),
  }
})

export const slackSettings = {
  variables: {
    SLACK_TOKEN: "the bot's token",
    SLACK_CHANNEL: 'default: support_operations',
    SLACK_API_URL: "default: Slack's own",
  },
  schema: z
    .object({
      SLACK_TOKEN: z.string(),
      SLACK_CHANNEL: z.string().default('support_operations'),
      SLACK_API_URL: safeUrl.default('https://slack.com/api'),
    })
    .transform(given => ({
      token: given.SLACK_TOKEN,
      channel: given.SLACK_CHANNEL,
      apiUrl: given.SLACK_API_URL,
    })),
}

const overrideFile = z
  .object({ OVERRIDES_FILE: z.string() })
  .transform(given => ({ file: given.OVERRIDES_FILE }))

const projectFile = z.object({
  OVERRIDES_PROJECT: z.string(),
  OVERRIDES_PATH: z.string(),
  OVERRIDES_REF: z.string().default('HEAD'),
  OVERRIDES_TOKEN: z.string(),
})

/** An override file in a project of the GitLab at this variable's address. */
function overrideProject(address: 'GITLAB_URL' | 'CI_SERVER_URL') {
  return z
    .record(z.string(), z.unknown())
    .refine(
      given => given.OVERRIDES_PROJECT !== undefined,
      'no override file is set: use OVERRIDES_FILE, OVERRIDES_PROJECT or --overrides FILE',
    )
    .pipe(z.object({ [address]: safeUrl }).and(projectFile))
    .transform(given => ({
      gitlabUrl: given[address] ?? '',
      project: given.OVERRIDES_PROJECT,
      path: given.OVERRIDES_PATH,
      ref: given.OVERRIDES_REF,
      token: given.OVERRIDES_TOKEN,
    }))
}

export const overridesSettings = {
  variables: {
    OVERRIDES_FILE: 'a local path (or --overrides FILE). Or set the next five instead',
    OVERRIDES_PROJECT: 'the GitLab project of the override file',
    OVERRIDES_PATH: 'its path there',
    OVERRIDES_REF: 'branch, tag or commit (default: HEAD)',
    GITLAB_URL: 'default: CI_SERVER_URL',
    OVERRIDES_TOKEN: 'a token that may read the project',
  },
  schema: oneOf(
    overrideFile,
    oneOf(
      overrideProject('CI_SERVER_URL'),
      overrideProject('GITLAB_URL'),
      given => given.GITLAB_URL === undefined && given.CI_SERVER_URL !== undefined,
    ),
    given => given.OVERRIDES_FILE !== undefined,
  ),
}

/** An id in the 18-character form, which queries need. */
const salesforceId = z.string().refine(isSalesforceId, 'must be a Salesforce id').transform(longId)

export const allianceSettings = {
  variables: { ALLIANCE_ACCOUNT_ID: "the alliance partner's 18-character salesforce_id" },
  schema: z.object({ ALLIANCE_ACCOUNT_ID: salesforceId }).transform(given => given.ALLIANCE_ACCOUNT_ID),
}

/** The same, but optional: the alliance partner's key, or null. */
export const allianceKeySettings = {
  variables: allianceSettings.variables,
  schema: z
    .object({ ALLIANCE_ACCOUNT_ID: salesforceId.optional() })
    .transform(given => matchKey(given.ALLIANCE_ACCOUNT_ID)),
}

export const controlledUserSettings = {
  variables: { CONTROLLED_END_USER_EMAIL: 'the end user that the sync never changes' },
  schema: z
    .object({ CONTROLLED_END_USER_EMAIL: z.email('must be an email address') })
    .transform(given => given.CONTROLLED_END_USER_EMAIL),
}

/** Uses one schema or the other, depending on which variables are set. */
function oneOf<One, Other>(
  one: z.ZodType<One, unknown>,
  other: z.ZodType<Other, unknown>,
  isOne: (given: Readonly<Record<string, unknown>>) => boolean,
) {
  return z.record(z.string(), z.unknown()).transform((given, context): One | Other => {
    const parsed = isOne(given) ? one.safeParse(given) : other.safeParse(given)
    if (parsed.success) return parsed.data
    for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path })
    return z.NEVER
  })
}
