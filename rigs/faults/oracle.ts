import type { RequestRecord, Sandbox } from '@support-sync/fixtures/sandbox'
import { INSTANCES, type Instance } from '@support-sync/shared/domain'
import { z } from 'zod'

/**
 * The writes and the final state, read only from the sandbox and without the code under test. Ids differ from run to
 * run, so organizations are identified by name and users by address.
 */

const fields = z.record(z.string(), z.unknown())
const item = z.looseObject({ id: z.int(), organization_id: z.int().nullish() })
const bodies = z.union([
  z.strictObject({ organization: fields }),
  z.strictObject({ organizations: z.array(item) }),
  z.strictObject({ user: z.looseObject({ organization_id: z.int().nullish() }) }),
  z.strictObject({ users: z.array(item) }),
  z.strictObject({
    organization_membership: z.strictObject({ user_id: z.int(), organization_id: z.int() }),
  }),
])

/** The names of the instances' records. Note them before a run changes them. */
export type Names = (instance: Instance, kind: 'organization' | 'user', id: number) => string

/** Notes all current names. */
export function namesOf(sandbox: Sandbox): Names {
  const known = new Map<string, string>()
  for (const instance of INSTANCES) {
    for (const { id, name } of sandbox[instance].organizations.all())
      known.set(`${instance} organization ${id}`, name)
    for (const { id, email } of sandbox[instance].users.all())
      known.set(`${instance} user ${id}`, String(email))
  }
  return (instance, kind, id) => {
    const name = known.get(`${instance} ${kind} ${id}`)
    if (name !== undefined) return name
    // Created in this run.
    const { organizations, users } = sandbox[instance]
    const made = kind === 'organization' ? organizations.table.get(id)?.name : users.table.get(id)?.email
    return made ?? `${kind} ${id}`
  }
}

/** Every write that the servers received, carried out or not: one text per attribute, association or message. */
export function writesOf(sandbox: Sandbox, names: Names): string[] {
  return [
    ...INSTANCES.flatMap(instance =>
      sandbox[instance].controls.writes.flatMap(write =>
        textsOf(write, names, instance).map(text => `${instance}: ${text}`),
      ),
    ),
    ...sandbox.slack.controls.writes.map(({ body }) => `slack: ${messageOf(body)}`),
  ]
}

function textsOf(write: RequestRecord, names: Names, instance: Instance): string[] {
  const parsed = bodies.safeParse(write.body)
  if (!parsed.success) return [`${write.call} ${stable(write.body)}`]
  const body = parsed.data
  const inOrganization = (given: { organization_id?: number | null | undefined }) =>
    given.organization_id ? names(instance, 'organization', given.organization_id) : given.organization_id
  if ('organization' in body)
    return textsOfValues(`create organization ${stable(body.organization.name)}`, body.organization)
  if ('user' in body) {
    const values = { ...body.user, organization_id: inOrganization(body.user) }
    return textsOfValues(`create user ${stable(body.user.email)}`, values)
  }
  if ('organization_membership' in body) {
    const { user_id, organization_id } = body.organization_membership
    return [
      `associate ${names(instance, 'user', user_id)} with ${names(instance, 'organization', organization_id)}`,
    ]
  }
  if ('organizations' in body)
    return body.organizations.flatMap(({ id, ...values }) =>
      textsOfValues(`update ${names(instance, 'organization', id)}`, values),
    )
  return body.users.flatMap(({ id, ...values }) => {
    const sent = 'organization_id' in values ? { organization_id: inOrganization(values) } : {}
    return textsOfValues(`update ${names(instance, 'user', id)}`, { ...values, ...sent })
  })
}

/** One text per attribute, since a sync writes a refused record's attributes one by one. */
function textsOfValues(what: string, values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const inner = name.endsWith('_fields') ? fields.safeParse(value).data : undefined
    if (!inner) return [`${what}: ${name} ${stable(value)}`]
    return Object.entries(inner).map(([field, held]) => `${what}: ${field} ${stable(held)}`)
  })
}

function messageOf(body: unknown): string {
  const text = z.object({ text: z.string() }).safeParse(body).data?.text ?? stable(body)
  // The link contains an id and a port.
  return text.replace(/<[^|>]*\|/g, '<')
}

/** The final state: one text per organization, user and distinct Slack message, sorted. */
export function stateOf(sandbox: Sandbox): string[] {
  const held = INSTANCES.flatMap(instance => {
    const { organizations, users } = sandbox[instance]
    const nameOf = (id: number | null) => (id === null ? null : organizations.table.get(id)?.name)
    return [
      ...organizations
        .all()
        .map(
          ({ name, organization_fields, tags, domain_names, notes, details }) =>
            `${instance}: organization ${stable({ name, organization_fields, tags, domain_names, notes, details })}`,
        ),
      ...users
        .all()
        .map(
          ({ name, email, other_emails, role, organization_id, user_fields }) =>
            `${instance}: user ${stable({ name, email, other_emails, role, organization: nameOf(organization_id), user_fields })}`,
        ),
    ]
  })
  const messages = new Set(sandbox.slack.messages.map(message => `slack: ${messageOf(message)}`))
  return [...held, ...messages].sort()
}

/** The items of one list that the other lacks, counting duplicates. */
export function surplus(one: readonly string[], other: readonly string[]): string[] {
  const left = [...other]
  return one.filter(text => {
    const place = left.indexOf(text)
    if (place === -1) return true
    left.splice(place, 1)
    return false
  })
}

/** JSON with sorted keys. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  )
}
