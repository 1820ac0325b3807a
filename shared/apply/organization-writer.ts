import {
  type Attribute,
  type AttributeValue,
  attributeValues,
  type Changes,
  matchKey,
  nameHeldKey,
  type Organization,
  organizationKey,
  type Result,
  type SyncObject,
  toZendesk,
  type Update,
  writeKey,
} from '../domain/index.ts'
import type { BinContext } from '../stage/index.ts'
import { type ItemResult, nameKey, type Zendesk } from '../zendesk/index.ts'
import type { RecordResults, Writer } from './apply-plan.ts'
import { failed, result } from './results.ts'

/** What else a new (or recognised) organization needs; it waits for each of its results to be on disk. */
export type AfterCreate = (
  zendesk: Zendesk,
  object: SyncObject,
  id: number,
  record: RecordResults,
) => Promise<void>

/** How an organization is created, updated and marked. What was done is on disk before the next request for it. */
export function organizationWriter(
  { attributes, afterCreate }: { attributes: readonly Attribute[]; afterCreate?: AfterCreate },
  zendesk: Zendesk,
  { warn }: Pick<BinContext<unknown>, 'warn'>,
  record: RecordResults,
): Writer<SyncObject, Update, Organization> {
  /** The organizations that hold the name of a create that failed for it, and whose create it was. */
  const nameHolders = new Map<number, string>()
  /** The names of those creates: Zendesk's search may not show the holder. */
  const heldNames = new Map<string, string>()
  const createHeldBy = ({ id, name }: Organization) => nameHolders.get(id) ?? heldNames.get(nameKey(name))

  async function create(object: SyncObject): Promise<Result[]> {
    const { salesforce_id, name } = object
    const { organization_fields } = toZendesk(attributeValues(object, attributes))
    const created = await zendesk.createOrganization({ name, organization_fields })
    if (created.outcome === 'created') {
      await record([result('create', salesforce_id, created.id, 'written', { http_status: 201 })])
      return followUp(object, created.id)
    }
    const isTaken = created.outcome === 'exists' || created.code === 'DuplicateValue'
    if (!isTaken) return [failed('create', salesforce_id, null, created)]
    const holders =
      created.outcome === 'exists' ? [created.existing] : await zendesk.findOrganizationsByName(name)
    const own = holders.find(holder => isOwn(holder.organization_fields, salesforce_id))
    if (own) {
      await record([result('create', salesforce_id, own.id, 'recognised')])
      return followUp(object, own.id)
    }
    const [holder] = holders
    if (holder) nameHolders.set(holder.id, salesforce_id)
    heldNames.set(nameKey(name), salesforce_id)
    const error = holder
      ? `its name is taken by organization ${holder.id} of salesforce_id ${textOf(holder.organization_fields.salesforce_id)}`
      : `its name is taken by an organization that Zendesk does not show`
    return [
      result('create', salesforce_id, holder?.id ?? null, 'failed', {
        http_status: 422,
        code: 'NAME_TAKEN',
        error,
      }),
    ]
  }

  async function followUp(object: SyncObject, id: number): Promise<Result[]> {
    await afterCreate?.(zendesk, object, id, record)
    return []
  }

  async function update(batch: readonly Update[]): Promise<Result[]> {
    const results = await zendesk.updateOrganizations(
      batch.map(({ id, changes }) => ({ id, ...toZendesk(targets(changes)) })),
    )
    const first = pairs(batch, results).map(([item, given]) => itemResult('update', item, given))
    // A name that another organization has must not hold an entitlement back: the rest is written without it.
    const nameRefused = pairs(batch, results)
      .filter(([item, given]) => isNameTaken(item, given))
      .map(([item]) => item)
    const withoutName = nameRefused.filter(({ changes }) => Object.keys(changes).length > 1)
    // On disk before the second request: it may fail, and these are written.
    await record(first)
    if (withoutName.length === 0) return []
    const retried = await zendesk.updateOrganizations(
      withoutName.map(({ id, changes: { name, ...others } }) => ({ id, ...toZendesk(targets(others)) })),
    )
    return pairs(withoutName, retried).map(([item, given]) => itemResult('update', item, given))
  }

  async function mark(batch: readonly Organization[]): Promise<Result[]> {
    const held: { organization: Organization; salesforce_id: string }[] = []
    const marked: Organization[] = []
    for (const organization of batch) {
      const salesforce_id = createHeldBy(organization)
      if (salesforce_id === undefined) marked.push(organization)
      else held.push({ organization, salesforce_id })
    }
    if (held.length > 0) {
      warn(
        'NAME_HELD',
        'A create failed because its name is held by an organization that would have been marked; neither was done',
        held.map(({ organization, salesforce_id }) => nameHeldKey(salesforce_id, organization.id)),
      )
    }
    const results =
      marked.length === 0
        ? []
        : await zendesk.updateOrganizations(
            marked.map(({ id }) => ({ id, organization_fields: { mark_for_deletion: true } })),
          )
    return [
      ...held.map(({ organization, salesforce_id }) =>
        result('mark', writeKey(organization), organization.id, 'skipped', {
          code: 'NAME_HELD',
          error: `holds the name of ${salesforce_id}, whose create failed for it`,
        }),
      ),
      ...pairs(marked, results).map(([organization, given]) =>
        given.outcome === 'written'
          ? result('mark', writeKey(organization), organization.id, 'written', { http_status: 200 })
          : failed('mark', writeKey(organization), organization.id, given),
      ),
    ]
  }

  return {
    // A user may be in one organization: of two that name him the first gets him, whichever answer is quicker.
    createKeys: ({ name, sold_tos = [] }) => [nameKey(name), ...sold_tos],
    create,
    update,
    mark,
  }
}

/** Pairs a batch's items with their results, which come in their order. */
function pairs<Item>(items: readonly Item[], results: readonly ItemResult[]): [Item, ItemResult][] {
  return items.flatMap((item, index): [Item, ItemResult][] => {
    const given = results[index]
    return given ? [[item, given]] : []
  })
}

function itemResult(action: 'update', item: Update, given: ItemResult): Result {
  if (given.outcome === 'written')
    return result(action, writeKey(item), item.id, 'written', { http_status: 200 })
  return failed(action, writeKey(item), item.id, given, isNameTaken(item, given) ? ['name'] : [])
}

function isNameTaken(item: Update, given: ItemResult): boolean {
  return given.outcome === 'failed' && given.code === 'DuplicateValue' && item.changes.name !== undefined
}

/** Whether an organization with these fields is the account's of this id. */
function isOwn(fields: Readonly<Record<string, unknown>>, salesforce_id: string): boolean {
  const key = organizationKey({
    salesforce_id: textOf(fields.salesforce_id),
    sfdc_short_id: fields.sfdc_short_id,
  })
  return key !== null && key === matchKey(salesforce_id)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function targets(changes: Changes): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(changes).map(([attribute, { to }]) => [attribute, to]))
}
