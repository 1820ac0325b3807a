import { failed, result, type Writer } from '@support-sync/shared/apply'
import {
  type AttributeValue,
  type Changes,
  createKey,
  type GatheredUser,
  type Result,
  type UserCreate,
  type UserUpdate,
  userKey,
} from '@support-sync/shared/domain'
import type { ItemResult, UserMatch, Zendesk } from '@support-sync/shared/zendesk'

/**
 * Writes users. An address that somebody has already, as a second one, is looked up before a create: its owner is
 * updated where that is needed, and never marked.
 */
export function userWriter(
  zendesk: Zendesk,
  isProtected: (email: string | null) => boolean,
  notInSync: ReadonlySet<number>,
): Writer<UserCreate, UserUpdate, GatheredUser> {
  const owners = new Set<number>()

  async function create(contact: UserCreate, number: number): Promise<Result[]> {
    const key = createKey(number)
    const [owner] = await zendesk.findUsersByEmail(contact.email)
    if (owner) return [await updateOwner(owner, contact)]
    const { name, email, organization_id } = contact
    const created = await zendesk.createUser({
      name,
      email,
      organization_id,
      user_fields: { not_in_sfdc: false },
    })
    if (created.outcome === 'created')
      return [result('create', key, created.id, 'written', { http_status: 201 })]
    if (created.outcome === 'exists') return [await updateOwner(created.existing, contact)]
    const [late] = created.code === 'DuplicateValue' ? await zendesk.findUsersByEmail(email) : []
    return [late ? await updateOwner(late, contact) : failed('create', key, null, created)]
  }

  async function updateOwner({ user, primary }: UserMatch, contact: UserCreate): Promise<Result> {
    const key = String(user.id)
    if (user.role !== 'end-user' || isProtected(user.email)) {
      return result('update', key, user.id, 'skipped', {
        error: 'the address is that of a user who is left alone',
      })
    }
    // Updated for this contact, he would be set back for his own in the next hour, and so on for ever.
    if (!primary && !notInSync.has(user.id)) {
      return result('update', key, user.id, 'skipped', {
        error: 'this second address is of a user who is another contact',
      })
    }
    owners.add(user.id)
    const { name, organization_id } = contact
    const isRight =
      user.name === name && user.organization_id === organization_id && user.user_fields.not_in_sfdc !== true
    if (isRight) return result(primary ? 'create' : 'update', key, user.id, 'recognised')
    const [given] = await zendesk.updateUsers([
      { id: user.id, name, organization_id, user_fields: { not_in_sfdc: false } },
    ])
    return given
      ? itemResult('update', given)
      : result('update', key, user.id, 'failed', { error: 'no result' })
  }

  async function update(batch: readonly UserUpdate[]): Promise<Result[]> {
    const given = await zendesk.updateUsers(batch.map(({ id, changes }) => ({ id, ...userOf(changes) })))
    return given.map(item => itemResult('update', item))
  }

  async function mark(batch: readonly GatheredUser[]): Promise<Result[]> {
    const kept = batch.filter(({ id }) => owners.has(id))
    const marked = batch.filter(({ id }) => !owners.has(id))
    const given =
      marked.length === 0
        ? []
        : await zendesk.updateUsers(marked.map(({ id }) => ({ id, user_fields: { not_in_sfdc: true } })))
    return [
      ...kept.map(({ id }) =>
        result('mark', String(id), id, 'skipped', { error: "a contact's address is this user's second one" }),
      ),
      ...given.map(item => itemResult('mark', item)),
    ]
  }

  return { createKeys: ({ email }) => [userKey(email)], create, update, mark }
}

/** What Zendesk is sent for some changes of a user. */
function userOf(changes: Changes) {
  const to = (attribute: string): AttributeValue | undefined => changes[attribute]?.to
  const [name, organization_id, not_in_sfdc] = [to('name'), to('organization_id'), to('not_in_sfdc')]
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof organization_id === 'number' ? { organization_id } : {}),
    ...(not_in_sfdc === undefined ? {} : { user_fields: { not_in_sfdc } }),
  }
}

function itemResult(action: 'update' | 'mark', given: ItemResult): Result {
  if (given.outcome === 'failed') return failed(action, String(given.id), given.id, given)
  return result(action, String(given.id), given.id, 'written', { http_status: 200 })
}
