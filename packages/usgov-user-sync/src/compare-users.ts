import {
  type Contact,
  contactSchema,
  differences,
  type GatheredUser,
  gatheredUserSchema,
  isSyncedUser,
  PLAN_ARTIFACTS,
  USER_ATTRIBUTES,
  unify,
  userCreateSchema,
  userKey,
  userUpdateSchema,
} from '@support-sync/shared/domain'
import { Trouble } from '@support-sync/shared/errors'
import type { BinContext } from '@support-sync/shared/stage'

/** Unifies users and contacts by address and writes the three arrays. */
export async function compareUsers(context: BinContext<unknown>): Promise<void> {
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
      const target = { email, name, organization_id, not_in_sfdc: false as const }
      const changes = differences(USER_ATTRIBUTES, user, target)
      if (changes) writeUpdate({ id: user.id, ...target, changes })
    }
  }
  for (const user of users.unclaimed()) writeNotInSync(user)
  const duplicates = users.duplicates()
  if (duplicates.length > 0) {
    context.warn(
      'DUPLICATE_USERS',
      'Users share an address with one of a lower id',
      duplicates.map(({ id }) => id),
    )
  }
}

function listedTwice({ organization_id }: Contact): Trouble {
  return new Trouble(
    'bad-input',
    'CONTACT_TWICE',
    `salesforce_contacts.json: two contacts have one address (organization ${organization_id})`,
    'Run the salesforce bin again; each address must stand there once.',
  )
}
