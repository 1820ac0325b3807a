import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { zendeskOf } from '@support-sync/fixtures/world'
import { z } from 'zod'
import type { Case } from './cases.ts'
import type { Scene } from './run-case.ts'

/** The sandbox's final state after a sync. Ids of new records can differ from run to run. */
export type Outcome = {
  exitCode: number | null
  organizations: Record<string, unknown>
  users: Record<string, unknown>
  slack: string[]
  /** Problems that need no reference: duplicates, and writes without a result. */
  problems: string[]
}

const resultSchema = z.object({
  action: z.enum(['create', 'associate', 'update', 'mark', 'notify']),
  key: z.string(),
  id: z.int().nullable(),
  status: z.enum(['written', 'recognised', 'skipped', 'failed', 'owed']),
})
type Result = z.infer<typeof resultSchema>

/** Reads the final state after the last run of a sync. */
export async function outcomeOf(of: Case, scene: Scene, exitCode: number | null): Promise<Outcome> {
  const instance = scene.sandbox[of.instance]
  const organizations = instance.organizations.all()
  const users = instance.users.all()
  const nameOf = (id: number | null) =>
    organizations.find(organization => organization.id === id)?.name ?? null
  const names = organizations.map(({ name }) => name.toLowerCase())
  const addresses = users.flatMap(({ email, other_emails }) => [email, ...other_emails])
  return {
    exitCode,
    organizations: Object.fromEntries(
      organizations.map(({ id, created_at, updated_at, ...held }) => [held.name.toLowerCase(), held]),
    ),
    users: Object.fromEntries(
      users.map(({ id, created_at, updated_at, organization_id, ...held }) => [
        String(held.email),
        { ...held, organization: nameOf(organization_id) },
      ]),
    ),
    slack: [...new Set(scene.sandbox.slack.messages.map(({ text }) => text.replace(/<[^|]*\|/, '<')))],
    problems: [
      ...twice(names).map(name => `the organization ${name} exists twice`),
      ...twice(addresses).map(address => `the user ${address} exists twice`),
      ...(await writesWithoutResult(of, scene)),
      ...(await createsNotWritten(of, scene)),
    ],
  }
}

/** The differences between an outcome and that of the uninterrupted run. */
export function differences(outcome: Outcome, expected: Outcome): string[] {
  const { problems } = outcome
  if (outcome.exitCode !== expected.exitCode) {
    problems.push(`exit code ${outcome.exitCode}, expected ${expected.exitCode}`)
  }
  for (const what of ['organizations', 'users'] as const) {
    const keys = new Set([...Object.keys(outcome[what]), ...Object.keys(expected[what])])
    for (const key of keys) {
      if (!isDeepStrictEqual(outcome[what][key], expected[what][key]))
        problems.push(`${what}: ${key} differs`)
    }
  }
  if (!isDeepStrictEqual(outcome.slack.sort(), expected.slack.sort()))
    problems.push('the Slack messages differ')
  return problems
}

function twice<Value>(values: readonly Value[]): Value[] {
  return values.filter((value, index) => value !== null && values.indexOf(value) !== index)
}

/** Writes that the sandbox received and sync_results.json lacks. */
async function writesWithoutResult(of: Case, { sandbox, dataDir }: Scene): Promise<string[]> {
  const files = await readdir(dataDir)
  const left = files.filter(name => name.endsWith('.part') || name.includes('journal'))
  const text = await readFile(join(dataDir, 'sync_results.json'), 'utf8').catch(() => 'none')
  const parsed = z.array(resultSchema).safeParse(parseOrUndefined(text))
  if (!parsed.success) return [...left, 'sync_results.json is incomplete']
  const hasResult = (actions: readonly Result['action'][], id: number) =>
    parsed.data.some(
      result =>
        result.id === id &&
        actions.includes(result.action) &&
        ['written', 'recognised'].includes(result.status),
    )
  const { controls, organizations, users } = sandbox[of.instance]
  const before = zendeskOf(of.world, of.instance)
  const isNew = (known: readonly { id: number }[]) => {
    const ids = new Set(known.map(({ id }) => id))
    return ({ id }: { id: number }) => !ids.has(id)
  }
  const created = [
    ...organizations.all().filter(isNew(before.organizations)),
    ...users.all().filter(isNew(before.users)),
  ]
  const sent = controls.writes.flatMap(({ url, body }) => (url.includes('update_many') ? itemsOf(body) : []))
  const joined = controls.writes.flatMap(({ url, body }) =>
    url.includes('memberships') ? memberOf(body) : [],
  )
  return [
    ...left.map(name => `${name} is left in the data directory`),
    ...created
      .filter(({ id }) => !hasResult(['create'], id))
      .map(({ id }) => `the create of ${id} has no result`),
    ...[...new Set(sent)]
      .filter(id => !hasResult(['update', 'mark'], id))
      .map(id => `the update or mark of ${id} has no result`),
    ...[...new Set(joined)]
      .filter(id => !hasResult(['associate'], id))
      .map(id => `the association of ${id} has no result`),
  ]
}

/** A run saves a result before it sends many more requests. It can send a few concurrently. */
const REQUESTS_LATER = 12

/** Creates that were answered well before a kill. Their status must be `written`, not `recognised`. */
async function createsNotWritten(
  of: Case,
  { sandbox, dataDir, endedAt, killedAt }: Scene,
): Promise<string[]> {
  const { controls, organizations, users } = sandbox[of.instance]
  const text = await readFile(join(dataDir, 'sync_results.json'), 'utf8').catch(() => 'none')
  const results = z.array(resultSchema).safeParse(parseOrUndefined(text)).data ?? []
  const written = new Set(
    results.flatMap(({ action, status, id }) => (action === 'create' && status === 'written' ? [id] : [])),
  )
  const answered = controls.requests.filter(({ method, status }, index) => {
    const end = killedAt.find(count => count > index)
    if (index < endedAt) return false
    return method === 'POST' && status === 201 && end !== undefined && index + REQUESTS_LATER < end
  })
  const ids = answered.flatMap(({ body }) => {
    const { organization, user } = createSchema.safeParse(body).data ?? {}
    const made = organization ? organizations.named(organization.name) : user && users.withEmail(user.email)
    return made ? [made.id] : []
  })
  return ids
    .filter(id => !written.has(id))
    .map(id => `the create of ${id} was answered, and its result is not written`)
}

const createSchema = z.object({
  organization: z.object({ name: z.string() }).optional(),
  user: z.object({ email: z.string() }).optional(),
})

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const itemsSchema = z.record(z.string(), z.array(z.object({ id: z.int() })))
function itemsOf(body: unknown): number[] {
  return Object.values(itemsSchema.safeParse(body).data ?? {}).flatMap(items => items.map(({ id }) => id))
}

const memberSchema = z.object({ organization_membership: z.object({ user_id: z.int() }) })
function memberOf(body: unknown): number[] {
  const member = memberSchema.safeParse(body).data?.organization_membership.user_id
  return member === undefined ? [] : [member]
}
