import { type Sandbox, type SandboxOptions, startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { INSTANCES, zendeskName } from '@support-sync/shared/domain'
import { runProgram } from '@support-sync/shared/runtime/bin/test'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

const findingSchema = z.object({
  area: z.string(),
  check: z.string(),
  state: z.enum(['ok', 'warning', 'failed', 'unavailable']),
  message: z.string(),
  next: z.string().nullable(),
})
const reportSchema = z.object({
  exit_code: z.int(),
  counts: z.record(z.string(), z.int()),
  findings: z.array(findingSchema),
})

/** `lacking` fields were never created, as in a new instance. */
async function start(options: SandboxOptions = {}, lacking: readonly string[] = []): Promise<Sandbox> {
  const world = buildWorld('2026-01-15')
  const isThere = ({ key }: { key: string }) => !lacking.includes(key)
  for (const instance of [world.global, world.usgov]) {
    instance.organization_fields = instance.organization_fields.filter(isThere)
    instance.user_fields = instance.user_fields.filter(isThere)
  }
  const sandbox = await startSandbox(world, {
    controlledEndUserEmail: CONTROLLED_END_USER_EMAIL,
    ...options,
  })
  onTestFinished(() => sandbox.close())
  return sandbox
}

/** Runs preflight against a sandbox, for JSON. A variable that is undefined is not set. */
async function preflight(
  sandbox: Sandbox,
  changed: Record<string, string | undefined> = {},
  ...options: string[]
) {
  const environment = Object.entries({ ...sandbox.environment, ...changed }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const run = await runProgram('cli/preflight.ts', ['--json', ...options], Object.fromEntries(environment))
  const report = reportSchema.parse(JSON.parse(run.stdout || '{"exit_code":-1,"counts":{},"findings":[]}'))
  const bad = report.findings.filter(({ state }) => state !== 'ok')
  return { ...run, ...report, bad, lines: bad.map(({ area, message }) => `${area}: ${message}`) }
}

function writesTo(sandbox: Sandbox): number {
  const { salesforce, global, usgov, slack, gitlab } = sandbox
  return [salesforce, global, usgov, slack, gitlab].reduce(
    (sum, { controls }) => sum + controls.writes.length,
    0,
  )
}

describe('preflight', () => {
  test('a complete set-up is ready, and nothing is written', async () => {
    const sandbox = await start()
    const { exitCode, exit_code, bad, findings } = await preflight(sandbox)
    expect(bad).toEqual([])
    expect([exitCode, exit_code]).toEqual([0, 0])
    expect([...new Set(findings.map(({ area }) => area))]).toEqual([
      'Salesforce',
      ...INSTANCES.map(zendeskName),
      'Slack',
      'Override file',
      'Reviewed files',
    ])
    expect(writesTo(sandbox)).toBe(0)
  })

  test('each wrong field, permission and file has its own line, with what to do', async () => {
    const sandbox = await start()
    const { global, usgov, salesforce, slack } = sandbox
    global.organizationFields.remove('sub_edu')
    global.organizationFields.get('seats_decimal').type = 'integer'
    global.organizationFields.get('aar').active = false
    const levels = global.organizationFields.get('support_level')
    levels.options = (levels.options ?? []).filter(({ value }) => value !== 'gold' && value !== 'silver')
    usgov.userFields.remove('not_in_sfdc')
    usgov.apiUser.role = 'agent'
    salesforce.hiddenFields.add('Account.CARR_This_Account__c')
    salesforce.hiddenFields.add('Zuora__Subscription__c.Zuora__Account__c')
    salesforce.hiddenFields.add('Zuora__SubscriptionProductCharge__c.Subscription_Status__c')
    salesforce.hiddenFields.add('Account.Latest_Sold_To_Contact__c')
    salesforce.hiddenFields.add('Contact.Role__c')
    slack.scopes.splice(0, slack.scopes.length, 'channels:read')
    sandbox.setOverrides('- salesforce_id: 001PL0000000001YAA\n  suport_level: premium\n')

    const { exitCode, lines, bad } = await preflight(sandbox, { ALLIANCE_ACCOUNT_ID: '001XX0000000000AAA' })
    expect(exitCode).toBe(2)
    const hidden = 'is missing or hidden from the integration user'
    expect(lines).toEqual([
      `Salesforce: Account: CARR_This_Account__c ${hidden}`,
      `Salesforce: Account: the look-up Latest_Sold_To_Contact__r ${hidden}`,
      `Salesforce: Account: the child relationship Zuora__Subscriptions__r ${hidden}`,
      `Salesforce: Zuora__SubscriptionProductCharge__c: Subscription_Status__c ${hidden}`,
      `Salesforce: Contact: Role__c ${hidden}`,
      `Salesforce: 001XX0000000000AAA ${hidden}`,
      'Zendesk Global: support_level has no options with the tags gold, silver',
      'Zendesk Global: aar is inactive',
      'Zendesk Global: seats_decimal has the type integer; it must be decimal',
      'Zendesk Global: sub_edu is missing',
      'Zendesk US Government: user 999000001 (agent) may not create and change organizations, nor change users, nor create users',
      'Zendesk US Government: not_in_sfdc is missing',
      'Slack: the token may not post',
      expect.stringMatching(/^Override file: .*suport_level/),
    ])
    for (const { next } of bad) expect(next).toMatch(/\.$/)
  })

  test('a failed login stops no other check, and no secret is shown', async () => {
    const sandbox = await start()
    const { exitCode, bad, findings, stdout, stderr } = await preflight(sandbox, {
      SALESFORCE_CLIENT_SECRET: 'wrong-secret',
      ZENDESK_USGOV_CLIENT_SECRET: 'wrong-client-secret',
      SLACK_TOKEN: 'xoxb-wrong',
      OVERRIDES_TOKEN: 'glpat-wrong',
    })
    expect(exitCode).toBe(2)
    expect(bad.map(({ area, check, state }) => `${area} ${check} ${state}`)).toEqual([
      'Salesforce login failed',
      'Zendesk US Government login failed',
      'Slack login failed',
      'Override file entries failed',
    ])
    const global = findings.filter(({ area }) => area === 'Zendesk Global')
    expect(global.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok'])
    for (const secret of ['wrong-secret', 'wrong-client-secret', 'xoxb-wrong', 'glpat-wrong']) {
      expect(stdout + stderr).not.toContain(secret)
    }
  })

  test('an API token is a warning with what to set instead, and a client without a scope fails', async () => {
    const sandbox = await start()
    const { ZENDESK_GLOBAL_USER, ZENDESK_GLOBAL_TOKEN } = sandbox.apiTokenEnvironment
    sandbox.usgov.oauth.client.allowedScopes = ['read']
    const { exitCode, bad, findings } = await preflight(sandbox, {
      ZENDESK_GLOBAL_CLIENT_ID: undefined,
      ZENDESK_GLOBAL_CLIENT_SECRET: undefined,
      ZENDESK_GLOBAL_USER,
      ZENDESK_GLOBAL_TOKEN,
    })
    expect(exitCode).toBe(2)
    expect(bad).toMatchObject([
      {
        area: 'Zendesk Global',
        check: 'login',
        state: 'warning',
        message: expect.stringMatching(/2027-04-30.*ZENDESK_GLOBAL_CLIENT_ID/),
        next: expect.stringContaining('confidential'),
      },
      {
        area: 'Zendesk US Government',
        check: 'login',
        state: 'failed',
        message: expect.stringContaining('read and write'),
        next: expect.stringContaining('ZENDESK_USGOV_CLIENT_ID'),
      },
    ])
    const logins = findings.filter(({ check, state }) => check === 'login' && state === 'ok')
    expect(logins.map(({ message }) => message)).toContain('user 999000001, admin, by API token')
    expect(sandbox.usgov.oauth.tokens.size).toBe(0)
  })

  test('the tokens of a preflight are revoked', async () => {
    const sandbox = await start()
    const { findings } = await preflight(sandbox)
    expect(findings.map(({ message }) => message)).toContain(
      'user 999000001, admin, by OAuth, may read and write',
    )
    expect([sandbox.global.oauth.tokens.size, sandbox.usgov.oauth.tokens.size]).toEqual([0, 0])
  })

  test('failed lines name all missing variables', async () => {
    const sandbox = await start()
    const nothing = Object.fromEntries(Object.keys(sandbox.environment).map(name => [name, undefined]))
    const { exitCode, bad, stdout } = await preflight(sandbox, nothing)
    expect(exitCode).toBe(2)
    expect(bad.every(({ state }) => state === 'failed')).toBe(true)
    for (const name of [
      'SALESFORCE_CLIENT_ID',
      'ZENDESK_GLOBAL_CLIENT_SECRET',
      'ZENDESK_USGOV_URL',
      'SLACK_TOKEN',
    ]) {
      expect(stdout).toContain(`${name} is not set`)
    }
    expect(stdout).toMatch(/ALLIANCE_ACCOUNT_ID is not set/)
    expect(stdout).toMatch(/use OVERRIDES_FILE, OVERRIDES_PROJECT/)
  })

  test('a service that does not answer is unavailable (75); with another failure the exit code is 2', async () => {
    const sandbox = await start()
    sandbox.global.controls.fail({ effect: { kind: 'answer', status: 503, headers: { 'retry-after': '0' } } })
    const down = await preflight(sandbox, { SALESFORCE_LOGIN_URL: 'http://127.0.0.1:1' })
    expect(down.bad.map(({ area, state }) => `${area} ${state}`)).toEqual([
      'Salesforce unavailable',
      'Zendesk Global unavailable',
    ])
    expect(down.exitCode).toBe(75)
    expect((await preflight(sandbox, { SLACK_TOKEN: 'wrong' })).exitCode).toBe(2)
  })

  test('the controlled end user is found by any of their addresses, as in the sync', async () => {
    const second = await start({ controlledEndUserEmail: 'second@sandbox.example.com' })
    expect((await preflight(second)).lines).toEqual([
      expect.stringMatching(/^Zendesk US Government: no user has the address/),
    ])
    const user = second.usgov.users.table.all().find(({ role }) => role === 'end-user')
    if (!user) throw new Error('the world has no end user')
    second.usgov.users.put({ ...user, other_emails: ['second@sandbox.example.com'] })
    expect((await preflight(second)).exitCode).toBe(0)
  })

  test('what does not stop a run is a warning, with exit code 0', async () => {
    const sandbox = await start({
      salesforce: { dailyRequests: 30 },
      // A minute of two seconds, because the sync waits for its end.
      zendesk: { requestsPerMinute: 4, minuteMs: 2000 },
    })
    sandbox.slack.scopes.splice(0, sandbox.slack.scopes.length, 'chat:write')
    for (let asked = 0; asked < 20; asked += 1) await describeAccount(sandbox)
    await zendeskRequest(sandbox, 'global')
    const { exitCode, bad, lines } = await preflight(sandbox, { ALLOW_MASS_CHANGE: 'sync-global:marks=20' })
    expect(bad.map(({ state }) => state)).toEqual(Array(bad.length).fill('warning'))
    // The timing decides which of the two instances is short of requests at its last answer.
    const ofLimit = /^Zendesk .*: \d of 4 requests left in this minute$/
    expect(lines.filter(line => ofLimit.test(line)).length).toBeGreaterThan(0)
    expect(lines.filter(line => !ofLimit.test(line))).toEqual([
      expect.stringMatching(/^Salesforce: \d of 30 requests left in 24 hours$/),
      expect.stringMatching(/^Slack: cannot check whether the bot is in #support_operations/),
      'Environment: is set: it allows every run sync-global:marks=20',
    ])
    expect(exitCode).toBe(0)
  })

  test.each(['true', 'sync-global:marks'])(
    'ALLOW_MASS_CHANGE=%s, which the bins refuse, is a failed line',
    async value => {
      const { exitCode, lines } = await preflight(await start(), { ALLOW_MASS_CHANGE: value })
      expect(lines).toEqual([`Environment: ALLOW_MASS_CHANGE takes STAGE:KIND=N, found "${value}"`])
      expect(exitCode).toBe(2)
    },
  )

  test('an agent with a sufficient custom role is ok; a bot outside the channel is not', async () => {
    const sandbox = await start()
    sandbox.usgov.apiUser.role = 'agent'
    sandbox.usgov.apiUser.customRole = {
      id: 7,
      name: 'Sync',
      configuration: {
        organization_editing: true,
        end_user_profile_access: 'full',
        manage_organization_fields: false,
        manage_user_fields: false,
      },
    }
    sandbox.slack.channels.splice(0, 1, 'elsewhere')
    const { lines } = await preflight(sandbox)
    expect(lines).toEqual(['Slack: the bot is not in #support_operations'])
  })

  test('it posts to Slack only with --post-to-slack', async () => {
    const sandbox = await start()
    const { bad } = await preflight(sandbox, {}, '--post-to-slack')
    expect(bad).toEqual([])
    expect(sandbox.slack.messages).toHaveLength(1)
    expect(sandbox.slack.messages[0]).toMatchObject({ channel: 'support_operations' })
  })
})

describe('preflight --create-missing', () => {
  test('without a terminal and without --yes it refuses before it sends a request', async () => {
    const sandbox = await start()
    sandbox.global.organizationFields.remove('sub_edu')
    const { exitCode, stderr } = await preflight(sandbox, {}, '--create-missing')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('add --yes')
    expect(sandbox.global.controls.requests).toEqual([])
  })

  test('creates what is missing and removes nothing; the next run finds nothing to create', async () => {
    const sandbox = await start({}, ['sub_edu', 'org_region', 'not_in_sfdc'])
    const { global } = sandbox
    const levels = global.organizationFields.get('support_level')
    const gold = levels.options?.find(({ value }) => value === 'gold')
    levels.options = (levels.options ?? []).filter(option => option !== gold)
    levels.options.push({ id: 77, name: 'An admin’s own', value: 'own' })
    const before = levels.options.map(option => ({ ...option }))

    const first = await preflight(sandbox, {}, '--create-missing', '--yes')
    expect(first.bad).toEqual([])
    expect(first.exitCode).toBe(0)
    expect(
      first.findings.filter(({ check }) => check === '--create-missing').map(({ message }) => message),
    ).toEqual([
      'created the option gold of the organization field support_level',
      'created the organization field org_region (dropdown)',
      'created the organization field sub_edu (checkbox)',
      'created the user field not_in_sfdc (checkbox)',
    ])
    expect(global.organizationFields.get('org_region').options?.map(({ value }) => value)).toEqual([
      'amer',
      'apj',
      'emea',
    ])
    // Tickets get the tag. The title is the published one.
    expect(global.organizationFields.get('sub_edu')).toMatchObject({
      tag: 'sub_edu',
      title: 'Subscription: Community - EDU',
    })
    const { options } = global.organizationFields.get('support_level')
    expect(options?.slice(0, -1)).toEqual(before)
    expect(options?.at(-1)).toMatchObject({ name: 'Gold', value: 'gold' })

    const writes = writesTo(sandbox)
    const second = await preflight(sandbox, {}, '--create-missing', '--yes')
    expect([second.exitCode, second.bad]).toEqual([0, []])
    expect(writesTo(sandbox)).toBe(writes)
  })

  test('for a deleted field, which cannot be created again, it shows Zendesk’s reason and an alternative', async () => {
    const sandbox = await start()
    sandbox.global.organizationFields.remove('sub_edu')
    const { exitCode, bad } = await preflight(sandbox, {}, '--create-missing', '--yes')
    expect(exitCode).toBe(2)
    expect(bad[0]).toMatchObject({
      check: '--create-missing',
      message:
        'Zendesk refused the organization field sub_edu (checkbox): Key: has already been taken (DuplicateValue)',
      next: expect.stringMatching(/also on the tab Inactive, and activate it.*another key/),
    })
  })

  test('what Zendesk refuses to create stays a failed line', async () => {
    const sandbox = await start()
    sandbox.global.organizationFields.remove('sub_edu')
    sandbox.global.apiUser.role = 'agent'
    sandbox.global.apiUser.customRole = {
      id: 7,
      name: 'Sync',
      configuration: {
        organization_editing: true,
        end_user_profile_access: 'full',
        manage_organization_fields: false,
        manage_user_fields: false,
      },
    }
    const { exitCode, bad } = await preflight(sandbox, {}, '--create-missing', '--yes')
    expect(exitCode).toBe(2)
    expect(bad.map(({ check }) => check)).toEqual(['--create-missing', 'organization fields'])
    expect(bad[0]?.message).toContain('status 403')
    expect(bad[1]?.next).toContain('Create it as checkbox')
    expect(bad[1]?.next).not.toContain('--create-missing')
  })
})

test('without a terminal it prints plain lines, the same each time, and ends with what to do next', async () => {
  const sandbox = await start()
  sandbox.global.organizationFields.remove('sub_edu')
  const runs = [1, 2].map(() => runProgram('cli/preflight.ts', [], sandbox.environment))
  const [one, other] = await Promise.all(runs)
  const stable = (text = '') => text.replaceAll(/\d+ of \d+/g, 'some')
  expect(stable(one?.stdout)).toBe(stable(other?.stdout))
  expect(one?.stdout).not.toContain('\u001b')
  expect(one?.stdout).toMatch(/^ {2}failed {2}organization fields {2}sub_edu is missing$/m)
  expect(one?.stdout).toContain('preflight --create-missing creates what is missing')
  expect(one?.stderr).toBe('')
})

async function describeAccount({ salesforce, environment }: Sandbox): Promise<void> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: environment.SALESFORCE_CLIENT_ID ?? '',
    client_secret: environment.SALESFORCE_CLIENT_SECRET ?? '',
  })
  const login = await fetch(`${salesforce.url}/services/oauth2/token`, { method: 'POST', body })
  const { access_token } = z.object({ access_token: z.string() }).parse(await login.json())
  await fetch(`${salesforce.url}/services/data/v60.0/sobjects/Account/describe`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
}

async function zendeskRequest(
  { apiTokenEnvironment, ...servers }: Sandbox,
  instance: 'global',
): Promise<void> {
  const login = `${apiTokenEnvironment.ZENDESK_GLOBAL_USER}/token:${apiTokenEnvironment.ZENDESK_GLOBAL_TOKEN}`
  await fetch(`${servers[instance].url}/api/v2/users/me.json`, {
    headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` },
  })
}
