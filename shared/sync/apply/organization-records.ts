import { type Attribute, fieldTitle, type Instance, toZendesk } from '../../domain/index.ts'
import type { Refusal, Zendesk, ZendeskOrganization } from '../../services/zendesk/index.ts'
import type { Records } from './writing.ts'

/** Comes before all other attributes, because marked organizations are deleted on Saturday. */
const MARK = 'mark_for_deletion'
/** The attributes that decide a customer's support. */
const ENTITLEMENT = ['account_type', 'support_level', 'expiration_date', 'aar', 'arr']
const SEATS = ['seats_decimal', 'number_of_seats', 'emergency_support_24x7']

/** Writes and reads an instance's organizations through Zendesk's API. */
export function organizationRecords(
  zendesk: Pick<Zendesk, 'updateOrganizations' | 'showOrganizations'>,
  { instance, attributes }: { instance: Instance; attributes: readonly Attribute[] },
): Records {
  const byKey = new Map(attributes.map(attribute => [attribute.key, attribute]))
  const byTitle = new Map(attributes.map(({ key }) => [titleKey(fieldTitle(instance, key)), key]))
  return {
    send: items => zendesk.updateOrganizations(items.map(({ id, values }) => ({ id, ...toZendesk(values) }))),
    async read(ids) {
      const shown = await zendesk.showOrganizations(ids)
      return new Map(shown.map(organization => [organization.id, flat(organization)]))
    },
    isEqual(key, sent, stored) {
      const kind = byKey.get(key)?.kind
      const read = kind?.fromZendesk.safeParse(stored)
      return kind !== undefined && read?.success === true && kind.equal(sent, read.data)
    },
    named(refusal, keys) {
      const about = (refusal.about ?? []).flatMap(name =>
        byKey.has(name) ? name : (byTitle.get(titleKey(name)) ?? []),
      )
      // Only names must be unique.
      if (about.length === 0 && refusal.code === 'DuplicateValue') about.push('name')
      return keys.filter(key => about.includes(key))
    },
    mark: MARK,
    inOrder: keys => [...keys].sort((one, other) => rankOf(one) - rankOf(other)),
  }
}

/** An organization's attributes as one flat object, unchanged. */
export function flat({ id, name, organization_fields }: ZendeskOrganization): Record<string, unknown> {
  return { ...organization_fields, id, name }
}

function titleKey(title: string): string {
  return title.trim().toLowerCase()
}

function rankOf(key: string): number {
  if (key === MARK) return 0
  const isEntitlement = ENTITLEMENT.includes(key) || SEATS.includes(key) || key.startsWith('sub_')
  return isEntitlement ? 1 : 2
}

/** Whether a refusal means that a name is taken. */
export function isOfName({ code, about = [] }: Refusal): boolean {
  return code === 'DuplicateValue' && (about.length === 0 || about.some(name => titleKey(name) === 'name'))
}
