import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { account, daysAround, emptySalesforce, salesforceWriter } from '@support-sync/fixtures/world'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { expect, test, vi } from 'vitest'
import { ALL_ALLOWED } from '../../rigs/hours.ts'
import { openHours } from './hours.ts'

/** What one hour could not finish, the next hour does, once. */

const SYNC = join(import.meta.dirname, '..', '..', 'packages', 'sync-global', 'bin', 'sync.ts')
const { inDays } = daysAround(new Date().toISOString().slice(0, 10))

test('the next hour repeats a failed association, and reports an organization without users to Slack once', {
  timeout: 60_000,
}, async () => {
  const { hour, global, slack } = await twoNewCustomers()
  const searchBack = global.controls.fail({
    path: /users\/(search|show_many)/,
    effect: { kind: 'answer', status: 503 },
  })

  const first = await hour('one', { variables: { ALLOW_MASS_CHANGE: ALL_ALLOWED } })
  const organization = global.organizations.named('Acme')
  expect(organization).toBeDefined()
  expect(global.users.get(7).organization_id).toBeNull()
  expect(slack.messages).toEqual([])
  expect(first.owed?.map(({ action }) => action)).toEqual(['associate', 'associate'])

  searchBack()
  const second = await hour('two', { last: first })
  expect(second.exit_code).toBe(0)
  expect(global.users.get(7).organization_id).toBe(organization?.id)
  expect(slack.messages).toHaveLength(1)
  expect(JSON.stringify(slack.messages)).toContain('Birch')
  expect(second.owed).toEqual([])

  const before = global.controls.writes.length
  const third = await hour('three', { last: second })
  expect({ exit: third.exit_code, owed: third.owed }).toEqual({ exit: 0, owed: [] })
  expect(slack.messages).toHaveLength(1)
  expect(global.controls.writes).toHaveLength(before)
})

test.each([
  {
    when: 'before a create is answered',
    method: 'POST',
    path: /organizations\.json$|organizations$/,
    carriedOut: true,
  },
  { when: 'before contacts are looked up', method: 'GET', path: /users\/search/, carriedOut: false },
  { when: 'before an association is answered', method: 'POST', path: /memberships/, carriedOut: true },
])(
  'if a sync is killed $when, the next hour does the rest',
  {
    timeout: 60_000,
  },
  async ({ method, path, carriedOut }) => {
    const { hour, global, slack } = await twoNewCustomers()
    const noFault = global.controls.fail({ method, path, effect: { kind: 'hang', carriedOut } })
    const isWaiting = () =>
      global.controls.requests.some(
        one => one.endedAt === null && one.method === method && path.test(one.url),
      )
    const killed = await hour('one', {
      variables: { ALLOW_MASS_CHANGE: ALL_ALLOWED },
      runBin: inThisProcess => (bin, args, environment, output) =>
        bin.stage === 'sync-global'
          ? killedAt(isWaiting, args, environment)
          : inThisProcess(bin, args, environment, output),
    })
    expect(killed.stages.find(({ stage }) => stage === 'sync-global')?.state).toBe('lost')
    noFault()

    const second = await hour('two', { last: killed, variables: { ALLOW_MASS_CHANGE: ALL_ALLOWED } })
    const organization = global.organizations.named('Acme')
    expect(second.exit_code).toBe(0)
    expect(global.users.get(7).organization_id).toBe(organization?.id)
    expect(JSON.stringify(slack.messages)).toContain('Birch')
    expect(second.owed).toEqual([])
    expect(global.organizations.all().filter(({ name }) => ['Acme', 'Birch'].includes(name))).toHaveLength(2)
  },
)

/** Runs sync-global in a separate process, and kills it. */
async function killedAt(isTime: () => boolean, args: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [SYNC, ...args], { env: environment, stdio: 'ignore' })
  const ended = once(child, 'close')
  await vi.waitFor(() => expect(isTime()).toBe(true), { timeout: 25_000, interval: 5 })
  child.kill('SIGKILL')
  await ended
  return EXIT.bug
}

/** Two customers that are not in Global yet. One sold-to contact is a user there, the other is not. */
async function twoNewCustomers() {
  const salesforce = salesforceWriter(emptySalesforce())
  const sell = (name: string, soldTo: string) =>
    salesforce.addAccount(
      account(name)
        .withSubscription({ ends: inDays(200), soldTo })
        .withCharge('Premium - 1 Year', { ends: inDays(200), quantity: 10 }),
    )
  sell('Acme', 'ann@acme.example')
  sell('Birch', 'nobody@birch.example')
  const { sandbox, hour } = await openHours(salesforce.rows)
  const { global, slack } = sandbox
  const ann = { id: 7, name: 'Ann', email: 'ann@acme.example', other_emails: [], role: 'end-user' as const }
  global.users.put({ ...ann, organization_id: null, user_fields: {}, active: true })
  return { hour, global, slack }
}
