import {
  type Contact,
  collectAsked,
  contactSchema,
  differences,
  type GatheredUser,
  gatheredUserSchema,
  INSTANCE_ARTIFACTS,
  instanceObjectSchema,
  isSyncedUser,
  type MatchKey,
  matchKey,
  PLAN_ARTIFACTS,
  USER_ATTRIBUTES,
  USERS_INSTANCE,
  unify,
  userCreateSchema,
  userKey,
  userOrganizationSchema,
  userUpdateSchema,
} from '@support-sync/shared/domain'
import { type BinContext, startedAlone } from '@support-sync/shared/runtime/bin'
import { ExpectedError } from '@support-sync/shared/runtime/errors'

const OBJECTS = INSTANCE_ARTIFACTS[USERS_INSTANCE].objects

/** Unifies users and contacts by address and writes the three arrays. */
export async function compareUsers(context: BinContext<unknown>): Promise<void> {
  const asked = collectAsked(await readObjectKeys(context))
  for await (const organizations of context.read('zendesk_orgs.json', userOrganizationSchema, 'needed'))
    organizations.forEach(asked.add)
  const synced: GatheredUser[] = []
  const leftAlone = new Set<string>()
  for await (const gathered of context.read('zendesk_users.json', gatheredUserSchema, 'needed')) {
    for (const user of gathered) {
      if (isSyncedUser(user)) synced.push(user)
      else if (user.email !== null) leftAlone.add(userKey(user.email))
    }
  }
  const users = unify(synced, { keyOf: ({ email }) => (email === null ? null : userKey(email)) })
  const writeUpdate = context.write(PLAN_ARTIFACTS.updates, userUpdateSchema)
  const writeCreate = context.write(PLAN_ARTIFACTS.creates, userCreateSchema)
  const writeNotInSync = context.write(PLAN_ARTIFACTS.not_in_sync, gatheredUserSchema)

  const suspended: number[] = []
  for await (const contacts of context.read('salesforce_contacts.json', contactSchema, 'needed')) {
    for (const contact of contacts) {
      const { email, name, organization_id } = contact
      const key = userKey(email)
      const user = users.claim(key)
      if (user === 'twice') throw listedTwice(contact)
      // An agent's or admin's address: nothing is made anew for it.
      if (leftAlone.has(key)) continue
      if (user === 'none') {
        writeCreate({ name, email, organization_id, not_in_sfdc: false })
        continue
      }
      if (user.suspended) suspended.push(user.id)
      const target = { email, name, organization_id, not_in_sfdc: false as const }
      const changes = differences(USER_ATTRIBUTES, user, target)
      if (changes) writeUpdate({ id: user.id, ...target, changes })
    }
  }
  if (suspended.length > 0) {
    context.warn(
      'CONTACT_SUSPENDED',
      'Contacts whose users are suspended in Zendesk cannot write in; they are updated all the same',
      suspended,
    )
  }
  const notAsked: number[] = []
  for (const user of users.unclaimed()) {
    if (asked.isMarked(user)) writeNotInSync(user)
    else notAsked.push(user.id)
  }
  if (notAsked.length > 0) {
    context.warn(
      'ORGANIZATION_NOT_ASKED',
      'Users without a contact are left alone: nobody knows the contacts of their organizations',
      notAsked,
    )
  }
  const duplicates = users.duplicates()
  if (duplicates.length > 0) {
    context.warn(
      'DUPLICATE_USERS',
      'Users share an address with one of a lower id',
      duplicates.map(({ id }) => id),
    )
  }
}

/** The keys of the accounts that have an object; null where the run hands no objects on. */
async function readObjectKeys(context: BinContext<unknown>): Promise<ReadonlySet<MatchKey> | null> {
  const isHandedOn = startedAlone(
    context,
    [OBJECTS],
    "Started without the run's objects: users of an organization whose key no account has can be marked",
  )
  if (!isHandedOn(OBJECTS)) return null
  const keys = new Set<MatchKey>()
  for await (const objects of context.read(OBJECTS, instanceObjectSchema(USERS_INSTANCE), 'needed'))
    for (const { salesforce_id } of objects) {
      const key = matchKey(salesforce_id)
      if (key !== null) keys.add(key)
    }
  return keys
}

function listedTwice({ organization_id }: Contact): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'CONTACT_TWICE',
    message: `salesforce_contacts.json: two contacts have one address (organization ${organization_id})`,
    next: 'Run the salesforce bin again; each address must stand there once.',
  })
}
