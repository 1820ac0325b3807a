import { failed, result, type Writer } from '@support-sync/shared/apply'
import {
  type AttributeValue,
  type Changes,
  createKey,
  type GatheredUser,
  type Result,
  type ResultCode,
  type UserCreate,
  type UserUpdate,
  userKey,
} from '@support-sync/shared/domain'
import type { BinContext } from '@support-sync/shared/stage'
import type { ItemResult, UserMatch, Zendesk } from '@support-sync/shared/zendesk'
import { firstComers, type Place } from './first-comers.ts'

/**
 * Writes users. An address that somebody has already, as a second one, is looked up before a create: its owner is
 * updated where that is needed, and never marked. While an address has an owner whom Zendesk does not show, nobody is
 * marked: it may be any of them.
 */
export function userWriter(
  zendesk: Zendesk,
  isProtected: (email: string | null) => boolean,
  notInSync: ReadonlySet<number>,
  { warn }: Pick<BinContext<unknown>, 'warn'>,
): Writer<UserCreate, UserUpdate, GatheredUser> {
  const owners = new Set<number>()
  /** The creates whose address somebody has whom Zendesk's search does not show: it lags behind by minutes. */
  const ownerNotShown: string[] = []
  let hasWarned = false
  const enter = firstComers()

  async function create(contact: UserCreate, number: number): Promise<Result[]> {
    const place = enter()
    try {
      return await createOrUpdate(contact, createKey(number), place)
    } finally {
      place.leave()
    }
  }

  async function createOrUpdate(contact: UserCreate, key: string, place: Place): Promise<Result[]> {
    const useOwner = (owner: UserMatch) => updateInstead(owner, contact, key, place)
    const [owner] = await zendesk.findUsersByEmail(contact.email)
    if (owner) return useOwner(owner)
    const { name, email, organization_id } = contact
    const created = await zendesk.createUser({
      name,
      email,
      organization_id,
      user_fields: { not_in_sfdc: false },
    })
    if (created.outcome === 'created')
      return [result('create', key, created.id, 'written', { http_status: 201 })]
    if (created.outcome === 'exists') return useOwner(created.existing)
    if (created.code === 'DuplicateValue') {
      const [late] = await zendesk.findUsersByEmail(email)
      if (late) return useOwner(late)
      ownerNotShown.push(key)
    }
    return [failed('create', key, null, created)]
  }

  /** One result goes by the create's key, so that it settles what an interrupted run told of this create. */
  async function updateInstead(
    { user, primary }: UserMatch,
    contact: UserCreate,
    key: string,
    place: Place,
  ): Promise<Result[]> {
    owners.add(user.id)
    const skipped = (code: ResultCode, error: string) =>
      result('create', key, user.id, 'skipped', { code, error })
    if (user.role !== 'end-user' || isProtected(user.email))
      return [skipped('LEFT_ALONE', 'the address is that of a user who is left alone')]
    // Updated for this contact, he would be set back for his own in the next hour, and so on for ever.
    if (!primary && !notInSync.has(user.id))
      return [skipped('ANOTHER_CONTACT', 'this second address is of a user who is another contact')]
    // The contacts would take him from each other, hour by hour.
    if (!(await place.take(user.id)))
      return [
        skipped('ANOTHER_CONTACT', 'this address is of a user whom an earlier record of creates.json has'),
      ]
    const updated = await updateOwner(user, contact)
    return primary
      ? [{ ...updated, action: 'create', key }]
      : [skipped('UPDATED_INSTEAD', 'this second address is of a user who is updated instead'), updated]
  }

  async function updateOwner(
    { id, name: held, organization_id: heldId, user_fields }: UserMatch['user'],
    { name, organization_id }: UserCreate,
  ): Promise<Result> {
    if (held === name && heldId === organization_id && user_fields.not_in_sfdc !== true)
      return result('update', String(id), id, 'recognised')
    const [given] = await zendesk.updateUsers([
      { id, name, organization_id, user_fields: { not_in_sfdc: false } },
    ])
    return given
      ? itemResult('update', given)
      : result('update', String(id), id, 'failed', { code: 'RESULT_UNKNOWN', error: 'no result' })
  }

  async function update(batch: readonly UserUpdate[]): Promise<Result[]> {
    const given = await zendesk.updateUsers(batch.map(({ id, changes }) => ({ id, ...userOf(changes) })))
    return given.map(item => itemResult('update', item))
  }

  async function mark(batch: readonly GatheredUser[]): Promise<Result[]> {
    const kept = batch.filter(({ id }) => reasonToKeep(id) !== null)
    const marked = batch.filter(({ id }) => reasonToKeep(id) === null)
    if (ownerNotShown.length > 0) warnOnce()
    const given =
      marked.length === 0
        ? []
        : await zendesk.updateUsers(marked.map(({ id }) => ({ id, user_fields: { not_in_sfdc: true } })))
    return [
      ...kept.map(({ id }) =>
        result('mark', String(id), id, 'skipped', { code: 'ADDRESS_OF_CONTACT', error: reasonToKeep(id) }),
      ),
      ...given.map(item => itemResult('mark', item)),
    ]
  }

  function reasonToKeep(id: number): string | null {
    if (owners.has(id)) return "a contact's address is this user's second one"
    if (ownerNotShown.length === 0) return null
    return "a contact's address is in use by a user whom Zendesk does not show, and it may be this one's"
  }

  function warnOnce(): void {
    if (hasWarned) return
    hasWarned = true
    warn(
      'OWNER_NOT_SHOWN',
      'Creates were refused because somebody has their addresses whom Zendesk does not show; nobody was marked in this run, for it may be anybody',
      ownerNotShown,
    )
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
