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
  failed,
  heldNow,
  notStoredResult,
  type PlannedWrite,
  readBack,
  result,
  type Writer,
  type Written,
  writeItems,
} from '@support-sync/shared/sync/apply'
import { type Addresses, reasonToKeep } from './reason-to-keep.ts'
import { type Place, userClaims } from './user-claims.ts'
import { attributesOf, userRecords } from './user-records.ts'

/** What the writer knows of the plan and its people. */
export type UserWriting = Addresses & {
  /** The users of no contact, by their own address. */
  notInSync: ReadonlySet<number>
}

/**
 * Writes users. An address that somebody has already, as a second one, is looked up before a create: its owner is
 * updated where that is needed, and never marked. Who is to be marked is read with all addresses just before.
 */
export function userWriter(
  zendesk: Zendesk,
  { notInSync, ...addresses }: UserWriting,
  { warn }: Pick<BinRun, 'warn'>,
  run: ConnectedRun,
): Writer<UserCreate, UserUpdate, GatheredUser> {
  const records = userRecords(zendesk)
  const owners = new Set<number>()
  /** Whom this run, or an interrupted run of the same plan, wrote to: never marked. */
  const touched = new Set<number>(run.earlier.flatMap(touchedBy))
  /** The creates whose address is in use by somebody whom Zendesk's search does not show. */
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

  /** A create's answer is read; what differs is read once more after a while. */
  async function checkStored(
    key: string,
    id: number,
    values: AttributeValues,
    answered: ZendeskUser | undefined,
  ): Promise<Result[]> {
    const held: Readonly<Record<string, unknown>> | undefined = answered && attributesOf(answered)
    if (held && Object.entries(values).every(([name, sent]) => records.isEqual(name, sent, held[name])))
      return []
    if (held) await run.settle()
    const differences = await readBack([{ id, values }], 'creates', records, run)
    return [...differences.values()].map(difference =>
      difference.refusal
        ? failed({ action: 'create', key, id }, difference.refusal)
        : notStoredResult({ action: 'create', key, id }, difference),
    )
  }

  /** One result goes by the create's key, so that it settles what an interrupted run said of this create. */
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
      return [skipped('LEFT_ALONE', 'the address is that of a user who is left alone')]
    // Updated for this contact, they would be set back for their own in the next hour, and so on for ever.
    if (!primary && !notInSync.has(user.id))
      return [skipped('ANOTHER_CONTACT', 'this second address is of a user who is another contact')]
    // The contacts would take them from each other, hour by hour.
    if (!(await place.take(user.id)))
      return [
        skipped(
          'ANOTHER_CONTACT',
          `this address is of a user whom an earlier record of ${artifacts.users.creates.name} has`,
        ),
      ]
    const updated = await updateOwner(user, contact)
    return primary
      ? updated.map(one => ({ ...one, action: 'create', key }))
      : [skipped('UPDATED_INSTEAD', 'this second address is of a user who is updated instead'), ...updated]
  }

  async function updateOwner(user: UserMatch['user'], contact: UserCreate): Promise<Result[]> {
    const { id } = user
    const held: Readonly<Record<string, unknown>> = attributesOf(user)
    const values = valuesOf(contact)
    if (Object.entries(values).every(([name, to]) => records.isEqual(name, to, held[name])))
      return [result({ action: 'update', key: String(id), id }, 'recognised')]
    const write: PlannedWrite = { action: 'update', key: String(id), id, values }
    const { results } = await writeItems([write], 'updates', records, run)
    return results
  }

  async function update(batch: readonly UserUpdate[]): Promise<Written<UserUpdate>> {
    const writes = batch.map(
      ({ id, changes }): PlannedWrite => ({
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
    const now = await heldNow(
      batch.map(({ id }) => id),
      'marks',
      { held: shownById },
      run,
    )
    for (const user of batch) {
      const { id } = user
      const shown = now.get(id)
      if (owners.has(id)) skip(id, 'ADDRESS_OF_CONTACT', 'a contact’s address is this user’s second one')
      else if (touched.has(id)) skip(id, 'CHANGED_MEANWHILE', 'this run wrote to this user')
      else if (shown === undefined) skip(id, 'CHANGED_MEANWHILE', 'is gone')
      else if ('refusal' in shown)
        results.push(failed({ action: 'mark', key: String(id), id }, shown.refusal))
      else {
        const reason = reasonToKeep(user, shown.held, addresses)
        if (reason) skip(id, reason.code, reason.error)
        else marked.push(user)
      }
    }
    const writes = marked.map(
      ({ id }): PlannedWrite => ({
        ...{ action: 'mark', key: String(id), id },
        values: { not_in_sfdc: true },
      }),
    )
    const written = await writeItems(writes, 'marks', records, run)
    const left = new Set(written.rest.map(({ id }) => id))
    return { results: [...results, ...written.results], rest: marked.filter(({ id }) => left.has(id)) }
  }

  /** A deleted user is shown as inactive, and is gone for us. */
  async function shownById(ids: readonly number[]): Promise<Map<number, ShownUser>> {
    const shown = await zendesk.showUsers(ids)
    return new Map(shown.filter(({ user }) => user.active).map(one => [one.user.id, one]))
  }

  async function finish(): Promise<void> {
    if (ownerNotShown.length === 0) return
    warn(
      'OWNER_NOT_SHOWN',
      'Creates were refused because somebody has their addresses whom Zendesk does not show',
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
