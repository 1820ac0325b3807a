import {
  type Changes,
  differences,
  type Held,
  hasSalesforceId,
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  type SyncObject,
} from '../../../domain/index.ts'
import type { OrganizationSync } from '../../../pipeline/index.ts'

/** What a comparison finds, computed from all records in memory. Without doubts and protected ids. */
export function compareInMemory(
  { attributes, artifacts, isCreated, isOurs }: OrganizationSync,
  organizations: readonly Organization[],
  objects: readonly SyncObject[],
) {
  const updates: (Organization & { changes: Changes })[] = []
  const creates: SyncObject[] = []
  const held: Held[] = []
  const objectKeys = objects.map(object => matchKey(object.salesforce_id)).filter(key => key !== null)
  if (new Set(objectKeys).size < objectKeys.length) return 'ACCOUNT_TWICE'
  const [first] = organizations
  const lacking = attributes.filter(({ key }) => first && first[key] === undefined)

  const inOrder = [...organizations].sort(
    (one, other) => Number(hasSalesforceId(other)) - Number(hasSalesforceId(one)) || one.id - other.id,
  )
  const matchOf = (key: MatchKey | null) =>
    key === null ? undefined : inOrder.find(one => organizationKey(one) === key)

  for (const object of objects) {
    const key = matchKey(object.salesforce_id)
    const match = matchOf(key)
    if (!match) {
      const lackingKeys = lacking.map(attribute => attribute.key)
      const kept = Object.entries(object).filter(([name]) => !lackingKeys.includes(name))
      const { salesforce_id, name } = object
      if (isCreated(object)) creates.push({ ...Object.fromEntries(kept), salesforce_id, name })
      continue
    }
    const changes = differences(attributes, match, object, 'ignored')
    if (changes) updates.push({ ...object, id: match.id, changes })
  }

  const isObjects = (key: string | null) => objectKeys.some(one => one === key)
  const not_in_sync = organizations.filter(one => {
    if (isObjects(organizationKey(one)) || !isOurs(one)) return false
    const { id, salesforce_id, name, sfdc_short_id } = one
    const short = typeof sfdc_short_id === 'string' ? matchKey(sfdc_short_id) : null
    const isInDoubt = organizationKey(one) === null && hasSalesforceId(one) && isObjects(short)
    if (!isInDoubt) return true
    held.push({ id, salesforce_id, name, withheld: 'mark', reason: 'keys_disagree', changes: null })
    return false
  })
  const duplicates = organizations.filter(one => {
    const key = organizationKey(one)
    return isObjects(key) && matchOf(key) !== one
  })
  const { schema } = artifacts.updates
  const textOf = (records: readonly unknown[]) =>
    records.length === 0 ? '[]\n' : `[\n${records.map(record => JSON.stringify(record)).join(',\n')}\n]\n`
  return {
    updates: textOf(updates.map(record => schema.parse(record))),
    creates: textOf(creates.map(record => artifacts.creates.schema.parse(record))),
    not_in_sync: textOf(not_in_sync.map(record => artifacts.not_in_sync.schema.parse(record))),
    held: artifacts.held && textOf(held),
    duplicates: duplicates.map(({ id }) => String(id)),
  }
}
