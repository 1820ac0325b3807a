import { plainValue, USER_ATTRIBUTES } from '@support-sync/shared/domain'
import type { ShownUser, UserUpdate, Zendesk } from '@support-sync/shared/services/zendesk'
import type { Records } from '@support-sync/shared/sync/apply'

/** The names of our attributes in Zendesk's refusals. */
const NAMES: Readonly<Record<string, string>> = { organization: 'organization_id' }
const MARK = 'not_in_sfdc'
/** Removes the mark before any other write. */
const IN_ORDER = [MARK, 'organization_id', 'name']

/** Writes and reads users through Zendesk's API. */
export function userRecords(zendesk: Pick<Zendesk, 'updateUsers' | 'showUsers'>): Records {
  const byKey = new Map(USER_ATTRIBUTES.map(attribute => [attribute.key, attribute]))
  return {
    send: items => zendesk.updateUsers(items.map(({ id, values }) => ({ id, ...userOf(values) }))),
    async read(ids) {
      const shown = await zendesk.showUsers(ids)
      return new Map(
        shown
          .filter(({ user }) => user.active)
          .map(one => [one.user.id, { ...attributesOf(one.user), shown: one }]),
      )
    },
    isEqual: (key, sent, stored) => byKey.get(key)?.kind.equal(sent, plainValue(stored)) ?? false,
    named(refusal, keys) {
      const about = (refusal.about ?? []).map(name => NAMES[name.toLowerCase()] ?? name.toLowerCase())
      return keys.filter(key => about.includes(key))
    },
    mark: MARK,
    inOrder: keys => IN_ORDER.filter(key => keys.includes(key)),
  }
}

/** The attributes that the sync owns, as one flat object. */
export function attributesOf({ name, organization_id, user_fields }: ShownUser['user']) {
  return { name, organization_id, not_in_sfdc: user_fields.not_in_sfdc ?? false }
}

/** The request body for these attributes. */
function userOf(values: Readonly<Record<string, unknown>>): Omit<UserUpdate, 'id'> {
  const { name, organization_id, not_in_sfdc } = values
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof organization_id === 'number' ? { organization_id } : {}),
    ...(not_in_sfdc === undefined ? {} : { user_fields: { not_in_sfdc } }),
  }
}
