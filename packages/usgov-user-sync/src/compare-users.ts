import {
  type Contact,
  collectKnownContacts,
  differences,
  type GatheredUser,
  isSyncedUser,
  type MatchKey,
  matchKey,
  USER_ATTRIBUTES,
  USERS_INSTANCE,
  unify,
  userKey,
} from '@support-sync/shared/domain'
import { artifacts, type BINS } from '@support-sync/shared/pipeline'
import { type PartsOf, warnIfStartedAlone } from '@support-sync/shared/runtime/bin'
import { badInput, type ExpectedError } from '@support-sync/shared/runtime/errors'

const { users } = artifacts
const { objects } = artifacts.instances[USERS_INSTANCE]

type Parts = PartsOf<typeof BINS.users.compare>

/** Matches users with contacts by email address, and writes the three arrays. */
export async function compareUsers(parts: Parts): Promise<void> {
  const { read, write } = parts.artifacts
  const { warn } = parts.run
  const known = collectKnownContacts(await readObjectKeys(parts))
  for await (const organizations of read(users.organizations, 'needed')) organizations.forEach(known.add)
  const synced: GatheredUser[] = []
  const leftAlone = new Set<string>()
  for await (const gathered of read(users.gathered, 'needed')) {
    for (const user of gathered) {
      if (isSyncedUser(user)) synced.push(user)
      else if (user.email !== null) leftAlone.add(userKey(user.email))
    }
  }
  const unified = unify(synced, { keyOf: ({ email }) => (email === null ? null : userKey(email)) })
  const writeUpdate = write(users.updates)
  const writeCreate = write(users.creates)
  const writeNotInSync = write(users.not_in_sync)

  const suspended: number[] = []
  for await (const contacts of read(users.contacts, 'needed')) {
    for (const contact of contacts) {
      const { email, name, organization_id } = contact
      const key = userKey(email)
      const found = unified.take(key)
      if (found.kind === 'twice') throw listedTwice(contact)
      // The address of an agent or admin: the sync creates no user for it.
      if (leftAlone.has(key)) continue
      if (found.kind === 'none') {
        writeCreate({ name, email, organization_id, not_in_sfdc: false })
        continue
      }
      const user = found.item
      if (user.suspended) suspended.push(user.id)
      const target = { email, name, organization_id, not_in_sfdc: false as const }
      const changes = differences(USER_ATTRIBUTES, user, target)
      if (changes) writeUpdate({ id: user.id, ...target, changes })
    }
  }
  if (suspended.length > 0) {
    warn(
      'CONTACT_SUSPENDED',
      'Contacts whose users are suspended in Zendesk cannot create tickets; the sync updates these users anyway',
      suspended,
    )
  }
  const unknown: number[] = []
  for (const user of unified.unmatched()) {
    if (known.isToMark(user)) writeNotInSync(user)
    else unknown.push(user.id)
  }
  if (unknown.length > 0) {
    warn(
      'ORGANIZATION_NOT_ASKED',
      'Some users without a contact are not marked: the contacts of their organizations are unknown',
      unknown,
    )
  }
  const duplicates = unified.duplicates()
  if (duplicates.length > 0) {
    warn(
      'DUPLICATE_USERS',
      'Some users have the same email address as a user with a lower id',
      duplicates.map(({ id }) => id),
    )
  }
}

/** The keys of the accounts that have an object; null if the run has no objects. */
async function readObjectKeys(parts: Parts): Promise<ReadonlySet<MatchKey> | null> {
  const isHandedOn = warnIfStartedAlone(
    parts,
    [objects],
    "Started without the run's objects: the sync can mark users of an organization whose account is missing in Salesforce",
  )
  if (!isHandedOn(objects)) return null
  const keys = new Set<MatchKey>()
  for await (const records of parts.artifacts.read(objects, 'needed'))
    for (const { salesforce_id } of records) {
      const key = matchKey(salesforce_id)
      if (key !== null) keys.add(key)
    }
  return keys
}

function listedTwice({ organization_id }: Contact): ExpectedError {
  return badInput('CONTACT_TWICE', {
    message: `${users.contacts.name}: two contacts have the same email address (organization ${organization_id})`,
    next: 'Run the salesforce bin again: the file must list each email address once.',
  })
}
