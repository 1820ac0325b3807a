import {
  type AttributeValues,
  type Changes,
  type GatheredUser,
  type Result,
  type ResultCode,
  type UserCreate,
  type UserUpdate,
  userKey,
} from '@support-sync/shared/domain'
import { artifacts, createKey } from '@support-sync/shared/pipeline'
import type { BinRun } from '@support-sync/shared/runtime/bin'
import type { ShownUser, UserMatch, Zendesk, ZendeskUser } from '@support-sync/shared/services/zendesk'
import {
  type ConnectedRun,
  currentRecords,
  failed,
  notStoredResult,
  type RecordWrite,
  readBack,
  result,
  type Writer,
  type Written,
  writeItems,
} from '@support-sync/shared/sync/apply'
import { type Addresses, reasonToKeep } from './reason-to-keep.ts'
import { type Place, userClaims } from './user-claims.ts'
import { attributesOf, userRecords } from './user-records.ts'

/** What the writer needs to know about the plan. */
export type UserWriting = Addresses & {
  /** The users whose primary email address is not a contact's. */
  notInSync: ReadonlySet<number>
}

/**
 * Writes users. Before a create, it searches for a user who has the email address as a secondary one: it updates that
 * user if necessary, and never marks them. Before a mark, it reads the users with all their addresses.
 */
export function userWriter(
  zendesk: Zendesk,
  { notInSync, ...addresses }: UserWriting,
  { warn }: Pick<BinRun, 'warn'>,
  run: ConnectedRun,
): Writer<UserCreate, UserUpdate, GatheredUser> {
  const records = userRecords(zendesk)
  const owners = new Set<number>()
  /** The users that this run, or an interrupted run of the same plan, wrote. They are never marked. */
  const touched = new Set<number>(run.earlier.flatMap(touchedBy))
  /** The keys of creates whose email address belongs to a user that Zendesk's search does not return. */
  const ownerNotShown: string[] = []
  const enter = userClaims()

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
    if (created.outcome === 'created') {
      touched.add(created.id)
      const written = result({ action: 'create', key, id: created.id }, 'written', { http_status: 201 })
      return [written, ...(await checkStored(key, created.id, valuesOf(contact), created.record))]
    }
    if (created.outcome === 'exists') return useOwner(created.existing)
    if (created.code === 'DuplicateValue') {
      const [late] = await zendesk.findUsersByEmail(email)
      if (late) return useOwner(late)
      ownerNotShown.push(key)
    }
    return [failed({ action: 'create', key, id: null }, created)]
  }

  /** Checks the answer to a create. If values differ, reads them again after a while. */
  async function checkStored(
    key: string,
    id: number,
    values: AttributeValues,
    answered: ZendeskUser | undefined,
  ): Promise<Result[]> {
    const current: Readonly<Record<string, unknown>> | undefined = answered && attributesOf(answered)
    if (current && Object.entries(values).every(([name, sent]) => records.isEqual(name, sent, current[name])))
      return []
    if (current) await run.settle()
    const differences = await readBack([{ id, values }], 'creates', records, run)
    return [...differences.values()].map(difference =>
      difference.refusal
        ? failed({ action: 'create', key, id }, difference.refusal)
        : notStoredResult({ action: 'create', key, id }, difference),
    )
  }

  /** Updates the owner of the email address. One result has the create's key, to replace that of an interrupted run. */
  async function updateInstead(
    { user, primary }: UserMatch,
    contact: UserCreate,
    key: string,
    place: Place,
  ): Promise<Result[]> {
    owners.add(user.id)
    const skipped = (code: ResultCode, error: string) =>
      result({ action: 'create', key, id: user.id }, 'skipped', { code, error })
    if (user.role !== 'end-user' || addresses.isProtected(user.email))
      return [skipped('LEFT_ALONE', 'the email address belongs to a user that the sync does not change')]
    // Otherwise this contact and the contact with the primary address would overwrite the user in turn, every hour.
    if (!primary && !notInSync.has(user.id))
      return [
        skipped('ANOTHER_CONTACT', 'this is a secondary email address of a user who is another contact'),
      ]
    // Otherwise two new contacts would overwrite this user in turn.
    if (!(await place.claim(user.id)))
      return [
        skipped(
          'ANOTHER_CONTACT',
          `an earlier record of ${artifacts.users.creates.name} already uses the user with this email address`,
        ),
      ]
    const updated = await updateOwner(user, contact)
    return primary
      ? updated.map(one => ({ ...one, action: 'create', key }))
      : [
          skipped('UPDATED_INSTEAD', 'this is a secondary email address of a user, who is updated instead'),
          ...updated,
        ]
  }

  async function updateOwner(user: UserMatch['user'], contact: UserCreate): Promise<Result[]> {
    const { id } = user
    const current: Readonly<Record<string, unknown>> = attributesOf(user)
    const values = valuesOf(contact)
    if (Object.entries(values).every(([name, to]) => records.isEqual(name, to, current[name])))
      return [result({ action: 'update', key: String(id), id }, 'recognised')]
    const write: RecordWrite = { action: 'update', key: String(id), id, values }
    const { results } = await writeItems([write], 'updates', records, run)
    return results
  }

  async function update(batch: readonly UserUpdate[]): Promise<Written<UserUpdate>> {
    const writes = batch.map(
      ({ id, changes }): RecordWrite => ({
        ...{ action: 'update', key: String(id), id },
        values: targets(changes),
      }),
    )
    const { results, rest } = await writeItems(writes, 'updates', records, run)
    for (const one of results) for (const id of touchedBy(one)) touched.add(id)
    const left = new Set(rest.map(({ id }) => id))
    return { results, rest: batch.filter(({ id }) => left.has(id)) }
  }

  async function mark(batch: readonly GatheredUser[]): Promise<Written<GatheredUser>> {
    const results: Result[] = []
    const skip = (id: number, code: ResultCode, error: string) =>
      results.push(result({ action: 'mark', key: String(id), id }, 'skipped', { code, error }))
    const marked: GatheredUser[] = []
    const now = await currentRecords(
      batch.map(({ id }) => id),
      'marks',
      { read: shownById },
      run,
    )
    for (const user of batch) {
      const { id } = user
      const shown = now.get(id)
      if (owners.has(id))
        skip(id, 'ADDRESS_OF_CONTACT', "a contact's email address is a secondary one of this user")
      else if (touched.has(id)) skip(id, 'CHANGED_MEANWHILE', 'this run wrote to this user')
      else if (shown === undefined) skip(id, 'CHANGED_MEANWHILE', 'no longer exists')
      else if ('refusal' in shown)
        results.push(failed({ action: 'mark', key: String(id), id }, shown.refusal))
      else {
        const reason = reasonToKeep(user, shown.record, addresses)
        if (reason) skip(id, reason.code, reason.error)
        else marked.push(user)
      }
    }
    const writes = marked.map(
      ({ id }): RecordWrite => ({
        ...{ action: 'mark', key: String(id), id },
        values: { not_in_sfdc: true },
      }),
    )
    const written = await writeItems(writes, 'marks', records, run)
    const left = new Set(written.rest.map(({ id }) => id))
    return { results: [...results, ...written.results], rest: marked.filter(({ id }) => left.has(id)) }
  }

  /** Zendesk shows a deleted user as inactive. */
  async function shownById(ids: readonly number[]): Promise<Map<number, ShownUser>> {
    const shown = await zendesk.showUsers(ids)
    return new Map(shown.filter(({ user }) => user.active).map(one => [one.user.id, one]))
  }

  async function finish(): Promise<void> {
    if (ownerNotShown.length === 0) return
    warn(
      'OWNER_NOT_SHOWN',
      'Some creates failed: their email addresses belong to users that Zendesk search does not return yet',
      ownerNotShown,
    )
  }

  return {
    createKeys: ({ email }) => [userKey(email)],
    createKeyOf: (_, number) => createKey(number),
    create,
    update,
    mark,
    finish,
  }
}

function valuesOf({ name, organization_id }: UserCreate): AttributeValues {
  return { name, organization_id, not_in_sfdc: false }
}

function targets(changes: Changes): AttributeValues {
  return Object.fromEntries(Object.entries(changes).map(([attribute, { to }]) => [attribute, to]))
}

function touchedBy({ action, id, status }: Result): number[] {
  const isWrite = action === 'create' || action === 'update'
  return isWrite && id !== null && (status === 'written' || status === 'recognised') ? [id] : []
}
