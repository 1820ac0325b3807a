import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UserOrganization } from '../contact.ts'
import { collectKnownContacts, type GatheredUser, type MatchKey, matchKey } from '../index.ts'

const IDS = ['001000000000001AAA', '0010000000000aBAAQ', '0010000000000abAAA']

function user(organization_id: number | null): GatheredUser {
  return { id: 1, name: 'Ada', email: 'a@a.example', role: 'end-user', organization_id, not_in_sfdc: false }
}

const worlds = fc.record({
  organizations: fc.uniqueArray(
    fc.record({
      id: fc.nat(5),
      name: fc.constant('Agency'),
      salesforce_id: fc.constantFrom(null, ' ', 'PRIORITY PROSPECT', ...IDS, IDS[1]?.toLowerCase() ?? null),
      sfdc_short_id: fc.constantFrom(null, ...IDS.map(id => id.slice(0, 15))),
      mark_for_deletion: fc.constantFrom(true, false, null),
    }),
    { selector: ({ id }) => id },
  ),
  /** The accounts that have an object; null if the stage starts alone. */
  objects: fc.option(fc.subarray(IDS)),
  organizationId: fc.option(fc.nat(5)),
})

/** The same rule, implemented differently: with texts instead of keys. */
function expectedToMark(
  organizations: readonly UserOrganization[],
  objects: readonly string[] | null,
  organizationId: number | null,
): boolean {
  if (organizationId === null) return true
  const organization = organizations.find(({ id }) => id === organizationId)
  if (!organization) return false
  if (organization.mark_for_deletion) return true
  const own = (organization.salesforce_id ?? '').trim()
  const id = own === '' ? (organization.sfdc_short_id ?? '') : own
  if (!/^\w{15}(\w{3})?$/.test(id)) return false
  return objects === null || objects.some(object => object.slice(0, 15) === id.slice(0, 15))
}

test('a user without a contact is marked only if they have no organization, or its contacts are known', () => {
  fc.assert(
    fc.property(worlds, ({ organizations, objects, organizationId }) => {
      const keys = objects?.map(matchKey).filter((key): key is MatchKey => key !== null)
      const known = collectKnownContacts(keys ? new Set(keys) : null)
      organizations.forEach(known.add)
      expect(known.isToMark(user(organizationId))).toBe(
        expectedToMark(organizations, objects, organizationId),
      )
    }),
    { numRuns: 2_000 },
  )
})
