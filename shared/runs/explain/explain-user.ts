import { type GatheredUser, isSyncedUser, settledResults, userKey } from '../../domain/index.ts'
import { USER_SYNC } from '../../pipeline/index.ts'
import { readArtifact } from '../../runtime/artifacts/index.ts'
import { badInput } from '../../runtime/errors/index.ts'
import { artifactPath, inJson, type Run, recordsWith } from '../find/index.ts'
import type { UserExplanation } from './model.ts'
import type { Rules } from './rules.ts'

/** Explains a US Government user. */
export async function explainUser(run: Run, id: number, rules: Rules): Promise<UserExplanation> {
  const { artifacts } = USER_SYNC
  const text = String(id)
  const user = (await recordsWith(run, artifacts.gathered, text)).find(one => one.id === id)
  if (!user)
    throw badInput('NOT_FOUND', {
      message: `the run gathered no user ${id}`,
      next: 'Check the id in Zendesk. Only the users of US Government are gathered.',
    })
  const { email, name, role, organization_id } = user
  const organizations = await recordsWith(run, artifacts.organizations, String(organization_id))
  const contacts = email === null ? [] : await recordsWith(run, artifacts.contacts, inJson(userKey(email)))
  const contact = contacts.find(one => email !== null && one.email === userKey(email)) ?? null
  const updates = await recordsWith(run, artifacts.updates, text)
  const gone = await recordsWith(run, artifacts.not_in_sync, text)
  const results = await recordsWith(run, artifacts.results, text)
  const plan = planOf(
    updates.find(update => update.id === id)?.changes,
    gone.find(one => one.id === id),
    {
      isOurs: isSyncedUser(user),
      hasContact: contact !== null,
      isDuplicate: contact !== null && (await hasLowerId(run, user)),
    },
  )
  return {
    subject: 'user',
    run: { name: run.name, today: rules.calendar.today, inputs: [] },
    user: { id, name, email, role, organization_id, marked: user.not_in_sfdc === true },
    organization: organizations.find(one => one.id === organization_id) ?? null,
    contact: contact && { name: contact.name, organization_id: contact.organization_id },
    plan,
    results: settledResults(results.filter(result => result.id === id)),
    next:
      plan.action === 'mark'
        ? [
            "A daily job deletes marked users. To keep this one, Salesforce needs an active contact with this email address and the role Gitlab Admin, at the account with the organization's salesforce_id.",
          ]
        : [],
  }
}

function planOf(
  changes: UserExplanation['plan']['changes'] | undefined,
  gone: { not_in_sfdc: boolean | null } | undefined,
  { isOurs, hasContact, isDuplicate }: { isOurs: boolean; hasContact: boolean; isDuplicate: boolean },
): UserExplanation['plan'] {
  if (!isOurs) {
    return { action: 'none', because: { kind: 'user_not_synced' }, changes: {} }
  }
  if (changes) return { action: 'update', because: { kind: 'other_values' }, changes }
  if (gone?.not_in_sfdc === true)
    return { action: 'none', because: { kind: 'user_marked_already' }, changes: {} }
  if (gone) {
    return {
      action: 'mark',
      because: { kind: 'user_without_contact' },
      changes: { not_in_sfdc: { from: false, to: true } },
    }
  }
  if (!hasContact) return { action: 'none', because: { kind: 'contacts_unknown' }, changes: {} }
  return { action: 'none', because: { kind: isDuplicate ? 'user_of_lower_id' : 'in_sync' }, changes: {} }
}

/**
 * Whether another user of the same email address has a lower id: the sync leaves this one alone. Checks every user,
 * because addresses are case-insensitive.
 */
async function hasLowerId(run: Run, { id, email }: GatheredUser): Promise<boolean> {
  const { gathered } = USER_SYNC.artifacts
  const path = artifactPath(run, gathered)
  if (path === undefined || email === null) return false
  const key = userKey(email)
  for await (const user of readArtifact(path, gathered.schema))
    if (user.id < id && isSyncedUser(user) && user.email !== null && userKey(user.email) === key) return true
  return false
}
