import {
  attributesOf,
  byInstance,
  customFields,
  type Instance,
  type NeededField,
  TRAITS,
  USER_FIELDS,
  USERS_INSTANCE,
  zendeskName,
} from '@support-sync/shared/domain'
import { controlledUserSettings, readSettings, zendeskSettings } from '@support-sync/shared/runtime/settings'
import type { HttpContext } from '@support-sync/shared/services/http'
import {
  connectZendeskSetUp,
  type FieldOwner,
  findControlledUser,
  type Refusal,
  type ZendeskSetUp,
} from '@support-sync/shared/services/zendesk'
import { areaFindings, type Finding } from './findings.ts'
import { type Addition, compareFields, fieldsPage } from './zendesk-fields.ts'

/** A warning below this share of a minute's requests: another program uses up the limit. */
const MIN_LEFT_PERCENT = 25

const API_TOKEN_ADVICE =
  'Create an OAuth client of kind confidential: Admin Center, Apps and integrations, APIs, OAuth clients.'

export type ZendeskCheck = { findings: readonly Finding[]; additions: readonly Addition[] }

/** The fields that an instance must have. `name` is built in. */
const NEEDED = byInstance((instance, { hasUsers }): readonly Needed[] => [
  { owner: 'organization', fields: customFields(attributesOf(instance)) },
  ...(hasUsers ? [{ owner: 'user' as const, fields: USER_FIELDS }] : []),
])
type Needed = { owner: FieldOwner; fields: readonly NeededField[] }

/**
 * Logs in, and compares the user's permissions and the instance's fields with what the sync needs. Without `mayCreate`,
 * no hint names --create-missing, because Zendesk has just refused it.
 */
export async function checkZendesk(
  instance: Instance,
  environment: NodeJS.ProcessEnv,
  context: HttpContext,
  { mayCreate = true } = {},
): Promise<ZendeskCheck> {
  const { of, ok, warning } = areaFindings(zendeskName(instance))
  const additions: Addition[] = []
  const warned: Finding[] = []
  const run = endingRun({
    ...context,
    warn: (_, message) => warned.push(warning('login', message, API_TOKEN_ADVICE)),
  })
  const findings = await of('login', async () => {
    const { zendesk, isOAuth } = connect(instance, environment, run.context)
    const rights = await checkRights(instance, zendesk, isOAuth)
    const found = [...rights]
    for (const { owner, fields } of NEEDED[instance]) {
      const check = `${owner} fields`
      found.push(
        ...(await of(check, async () => {
          const problems = compareFields({ instance, owner, mayCreate }, fields, await zendesk.fields(owner))
          additions.push(...problems.flatMap(({ addition }) => addition ?? []))
          if (problems.length === 0) return [ok(check, agreement(fields.length))]
          return problems.map(({ message, next }) =>
            areaFindings(zendeskName(instance)).failed(check, message, next),
          )
        })),
      )
    }
    if (TRAITS[instance].hasUsers) found.push(...(await checkControlledUser(zendesk, environment)))
    return [...found, ...checkRateLimit(instance, zendesk)]
  })
  await run.end()
  return { findings: [...warned, ...findings], additions }
}

/** A context whose end-of-run actions run on request. */
function endingRun(context: HttpContext) {
  const actions: (() => Promise<void>)[] = []
  return {
    context: { ...context, atEnd: (action: () => Promise<void>) => void actions.push(action) },
    end: async () => {
      for (const action of actions) await action()
    },
  }
}

/** Creates what is missing, one by one. Returns a finding for each: failed if Zendesk refuses it. */
export async function addToZendesk(
  instance: Instance,
  additions: readonly Addition[],
  environment: NodeJS.ProcessEnv,
  context: HttpContext,
): Promise<Finding[]> {
  const { of, ok, failed } = areaFindings(zendeskName(instance))
  const run = endingRun({ ...context, warn: () => undefined })
  const { zendesk } = connect(instance, environment, run.context)
  const findings: Finding[] = []
  for (const addition of additions) {
    findings.push(
      ...(await of('--create-missing', async () => {
        const { owner } = addition
        const refusal =
          'field' in addition
            ? await zendesk.createField(owner, addition.field)
            : await zendesk.addFieldOptions(owner, addition.fieldId, addition.options)
        const what = additionText(addition)
        if (refusal === null) return [ok('--create-missing', `created ${what}`)]
        const said = `Zendesk refused ${what}: ${refusal.message} (${refusal.code})`
        return [failed('--create-missing', said, otherWay(addition, refusal))]
      })),
    )
  }
  await run.end()
  return findings
}

/** What an admin can do if Zendesk refuses an addition. */
function otherWay({ owner, key, ...addition }: Addition, { code }: Refusal): string {
  const page = fieldsPage(owner)
  if (!('field' in addition) || code !== 'DuplicateValue')
    return `Correct what Zendesk names under ${page}, or make the change there by hand.`
  return `Zendesk never reuses a deleted field's key. Look for ${key} under ${page}, also on the tab Inactive, and activate it. If it was deleted, create a field with another key there, and change the key in shared/domain/attributes.ts.`
}

/** An addition as text. */
export function additionText(addition: Addition): string {
  if ('field' in addition) return `the ${addition.owner} field ${addition.key} (${addition.field.type})`
  const tags = addition.options.map(({ value }) => value).join(', ')
  return `${addition.options.length === 1 ? 'the option' : 'the options'} ${tags} of the ${addition.owner} field ${addition.key}`
}

function connect(
  instance: Instance,
  environment: NodeJS.ProcessEnv,
  context: HttpContext,
): { zendesk: ZendeskSetUp; isOAuth: boolean } {
  const { credentials } = readSettings({ credentials: zendeskSettings[instance] }, environment)
  return { zendesk: connectZendeskSetUp(credentials, context), isOAuth: 'clientId' in credentials }
}

async function checkRights(instance: Instance, zendesk: ZendeskSetUp, isOAuth: boolean): Promise<Finding[]> {
  const { ok, failed } = areaFindings(zendeskName(instance))
  const { id, role, suspended, ...rights } = await zendesk.currentUser()
  const { variables, hasUsers } = TRAITS[instance]
  if (id === null || suspended) {
    const who = id === null ? 'Zendesk treats the login as anonymous' : `user ${id} is suspended`
    const next = isOAuth
      ? `Check who created the OAuth client of ${variables}_CLIENT_ID: it acts as that user.`
      : `Check ${variables}_USER and ${variables}_TOKEN.`
    return [failed('login', who, next)]
  }
  // Zendesk issues no token to a client that lacks the scope.
  const login = ok(
    'login',
    `user ${id}, ${role}, ${isOAuth ? 'by OAuth, may read and write' : 'by API token'}`,
  )
  const lacking = [
    ...(rights.mayWriteOrganizations ? [] : ['create and change organizations']),
    ...(rights.mayWriteUsers ? [] : ['change users']),
    ...(hasUsers && !rights.mayCreateUsers ? ['create users'] : []),
  ]
  if (lacking.length === 0) return [login]
  return [
    login,
    failed(
      'permissions',
      `user ${id} (${role}) may not ${lacking.join(', nor ')}`,
      'Make this user an admin, or give them a custom role that can edit organizations and has full access to end-user profiles.',
    ),
  ]
}

async function checkControlledUser(
  zendesk: ZendeskSetUp,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  const { of, ok } = areaFindings(zendeskName(USERS_INSTANCE))
  const check = 'controlled end user'
  return of(check, async () => {
    const { email } = readSettings({ email: controlledUserSettings }, environment)
    const { user } = await findControlledUser(zendesk, email)
    return [ok(check, `user ${user.id} has the email address`)]
  })
}

function checkRateLimit(instance: Instance, { rateLimit }: ZendeskSetUp): Finding[] {
  const { ok, warning } = areaFindings(zendeskName(instance))
  const limits = rateLimit()
  if (!limits) return []
  const said = `${limits.remaining} of ${limits.limit} requests left in this minute`
  if (limits.remaining >= (limits.limit * MIN_LEFT_PERCENT) / 100) return [ok('rate limit', said)]
  return [
    warning(
      'rate limit',
      said,
      'Find out which other program sends so many requests. A run would have to wait, and could time out.',
    ),
  ]
}

function agreement(count: number): string {
  return `${count} ${count === 1 ? 'field' : 'fields'}, as in the catalogue`
}
