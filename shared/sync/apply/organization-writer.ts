import {
  type Attribute,
  type AttributeValue,
  type AttributeValues,
  attributeValues,
  type Changes,
  type Instance,
  matchKey,
  nameHeldKey,
  type Organization,
  organizationKey,
  type Result,
  type SyncObject,
  toZendesk,
  type Update,
  writeKey,
} from '../../domain/index.ts'
import type { BinRun } from '../../runtime/bin/index.ts'
import { nameKey } from '../../runtime/text/index.ts'
import type { Refusal, Zendesk, ZendeskOrganization } from '../../services/zendesk/index.ts'
import { nameChanges } from './name-changes.ts'
import { flat, isOfName, organizationRecords } from './organization-records.ts'
import { currentRecords, readBack } from './read-back.ts'
import { failed, result } from './results.ts'
import type { ConnectedRun, Numbered, Writer, Written } from './rounds.ts'
import { notStoredResult, writeItems } from './write-items.ts'
import type { RecordWrite } from './writing.ts'

/** Runs after each new or recognised organization. Its own results must be on disk before its next request. */
export type AfterCreate = (
  zendesk: Zendesk,
  object: SyncObject,
  id: number,
  record: ConnectedRun['record'],
) => Promise<void>

/** A new organization needs these to match its account. */
const IDENTITY = ['name', 'salesforce_id', 'sfdc_short_id']

export type OrganizationWriting = {
  instance: Instance
  attributes: readonly Attribute[]
  afterCreate?: AfterCreate | undefined
  finish?: ((zendesk: Zendesk, record: ConnectedRun['record']) => Promise<void>) | undefined
}

/** An attempt to create an object, or a part of its attributes. */
type Create = { object: SyncObject; number: number; values: AttributeValues; isLastTry: boolean }

/** Creates, updates and marks organizations. Each result is on disk before the next request for that organization. */
export function organizationWriter(
  { instance, attributes, afterCreate, finish }: OrganizationWriting,
  zendesk: Zendesk,
  { warn }: Pick<BinRun, 'warn'>,
  run: ConnectedRun,
): Writer<SyncObject, Update, Organization> {
  const records = organizationRecords(zendesk, { instance, attributes })
  const names = nameChanges(records, run)
  const { record } = run
  /** The organizations that this run, or an interrupted run of the same plan, wrote. They are never marked. */
  const touched = new Set<number>(run.earlier.flatMap(touchedBy))
  /** The creates that Zendesk refused because of their name. They are tried again after the updates. */
  const refusedForName: Numbered<SyncObject>[] = []
  /** The organizations that have the name of an unfinished create, with that create's salesforce_id. */
  const nameHolders = new Map<number, string>()
  /** The names of those creates, because Zendesk's search may not return the organization. */
  const unfinishedNames = new Map<string, string>()

  async function create(object: SyncObject, number: number, isLastTry = false): Promise<Result[]> {
    unfinishedNames.set(nameKey(object.name), object.salesforce_id)
    return createWith({ object, number, values: attributeValues(object, attributes), isLastTry })
  }

  async function createWith({ object, number, values, isLastTry }: Create): Promise<Result[]> {
    const { salesforce_id, name } = object
    const { organization_fields } = toZendesk(values)
    const created = await zendesk.createOrganization({ name, organization_fields })
    if (created.outcome === 'created') {
      await record([
        result({ action: 'create', key: salesforce_id, id: created.id }, 'written', { http_status: 201 }),
      ])
      await record(await checkStored(object, created.id, values, created.record))
      return followUp(object, created.id)
    }
    if (created.outcome === 'exists') return recognise(object, number, [created.existing], isLastTry)
    if (isOfName(created)) {
      return recognise(object, number, await zendesk.findOrganizationsByName(name), isLastTry)
    }
    return createWithout(created, { object, number, values, isLastTry })
  }

  /** Creates without the refused attributes. If Zendesk does not name them, creates with name and ids first. */
  async function createWithout(
    refusal: Refusal,
    { object, number, values, isLastTry }: Create,
  ): Promise<Result[]> {
    const { salesforce_id } = object
    const keys = Object.keys(values)
    const named = records.named(refusal, keys)
    const isHopeless =
      refusal.code === 'NOT_SENT' ||
      refusal.code === 'RESULT_UNKNOWN' ||
      named.some(key => IDENTITY.includes(key)) ||
      keys.every(key => IDENTITY.includes(key))
    if (isHopeless) return [failed({ action: 'create', key: salesforce_id, id: null }, refusal)]
    if (named.length > 0) {
      const rest = await createWith({ object, number, values: without(values, named), isLastTry })
      const id = createdId(salesforce_id)
      return id === null
        ? rest
        : [...rest, failed({ action: 'create', key: salesforce_id, id }, refusal, named)]
    }
    const identity = keys.filter(key => IDENTITY.includes(key))
    const others = keys.filter(key => !IDENTITY.includes(key))
    const results = await createWith({ object, number, values: without(values, others), isLastTry })
    const id = createdId(salesforce_id)
    if (id === null) return results
    const write: RecordWrite = {
      action: 'create',
      key: salesforce_id,
      id,
      values: without(values, identity),
    }
    const written = await writeItems([write], 'updates', records, run)
    return [...results, ...written.results]
  }

  /** The id of the organization that was created for an account. Null if none was. */
  function createdId(salesforce_id: string): number | null {
    return run.results().findLast(done => isCreateOf(done, salesforce_id))?.id ?? null
  }

  /** Checks the answer to a create. If a value differs, reads the record again after a while. */
  async function checkStored(
    { salesforce_id }: SyncObject,
    id: number,
    values: AttributeValues,
    answered: ZendeskOrganization | undefined,
  ): Promise<Result[]> {
    const stored = answered && flat(answered)
    const isStored =
      stored && Object.entries(values).every(([key, sent]) => records.isEqual(key, sent, stored[key]))
    run.upstream.answered()
    if (isStored) return []
    if (stored) await run.settle()
    const differences = await readBack([{ id, values }], 'creates', records, run)
    return [...differences.values()].map(difference =>
      difference.refusal
        ? failed({ action: 'create', key: salesforce_id, id }, difference.refusal)
        : notStoredResult({ action: 'create', key: salesforce_id, id }, difference),
    )
  }

  /** Handles a taken name: an interrupted run created the organization, or another account's organization has the name. */
  async function recognise(
    object: SyncObject,
    number: number,
    holders: readonly ZendeskOrganization[],
    isLastTry: boolean,
  ): Promise<Result[]> {
    const { salesforce_id, name } = object
    const key = matchKey(salesforce_id)
    const own = key === null ? undefined : holders.find(holder => keyOf(holder) === key)
    if (own) {
      await record([result({ action: 'create', key: salesforce_id, id: own.id }, 'recognised')])
      return followUp(object, own.id)
    }
    for (const holder of holders) nameHolders.set(holder.id, salesforce_id)
    unfinishedNames.set(nameKey(name), salesforce_id)
    if (!isLastTry) {
      refusedForName.push({ item: object, number })
      return []
    }
    const [holder] = holders
    const error = holder
      ? `its name is taken by organization ${holder.id} ${idText(holder)}`
      : 'its name is taken by an organization that Zendesk search does not return'
    const facts = { http_status: 422, code: 'NAME_TAKEN', error } as const
    return [result({ action: 'create', key: salesforce_id, id: holder?.id ?? null }, 'failed', facts)]
  }

  async function followUp(object: SyncObject, id: number): Promise<Result[]> {
    const { salesforce_id, name } = object
    touched.add(id)
    unfinishedNames.delete(nameKey(name))
    for (const [holder, create] of nameHolders) if (create === salesforce_id) nameHolders.delete(holder)
    await afterCreate?.(zendesk, object, id, record)
    return []
  }

  async function update(batch: readonly Update[]): Promise<Written<Update>> {
    const byId = new Map(batch.map(item => [item.id, item]))
    const writes = batch.map(
      (item): RecordWrite => ({
        ...{ action: 'update', key: writeKey(item), id: item.id },
        values: targets(item.changes),
      }),
    )
    const postpone = (write: RecordWrite, attribute: string, refusal: Refusal) => {
      const from = byId.get(write.id)?.changes.name?.from
      return attribute === 'name' && isOfName(refusal) && names.postpone(write, textOf(from) ?? '', refusal)
    }
    const { results, rest } = await writeItems(writes, 'updates', { ...records, postpone }, run)
    for (const done of results) for (const id of touchedBy(done)) touched.add(id)
    return { results, rest: rest.flatMap(({ id }) => byId.get(id) ?? []) }
  }

  async function writePostponed(): Promise<Numbered<SyncObject>[]> {
    await names.writePostponed()
    return refusedForName.splice(0)
  }

  async function mark(batch: readonly Organization[]): Promise<Written<Organization>> {
    const results: Result[] = []
    const skip = (organization: Organization, code: 'NAME_HELD' | 'CHANGED_MEANWHILE', error: string) =>
      results.push(
        result({ action: 'mark', key: writeKey(organization), id: organization.id }, 'skipped', {
          code,
          error,
        }),
      )
    const marked: Organization[] = []
    const now = await currentRecords(
      batch.map(({ id }) => id),
      'marks',
      records,
      run,
    )
    for (const organization of batch) {
      const { id, name } = organization
      const heldFor = nameHolders.get(id) ?? unfinishedNames.get(nameKey(name))
      const current = now.get(id)
      if (heldFor !== undefined) holdForName(organization, heldFor, skip)
      else if (touched.has(id)) skip(organization, 'CHANGED_MEANWHILE', 'this run wrote to it')
      else if (current === undefined) skip(organization, 'CHANGED_MEANWHILE', 'it no longer exists')
      else if ('refusal' in current)
        results.push(failed({ action: 'mark', key: writeKey(organization), id }, current.refusal))
      else if (!isAsGathered(organization, current.record))
        skip(
          organization,
          'CHANGED_MEANWHILE',
          'its name, salesforce_id or account_type has changed since the gather',
        )
      else marked.push(organization)
    }
    const writes = marked.map(
      (organization): RecordWrite => ({
        ...{ action: 'mark', key: writeKey(organization), id: organization.id },
        values: { mark_for_deletion: true },
      }),
    )
    const written = await writeItems(writes, 'marks', records, run)
    const left = new Set(written.rest.map(({ id }) => id))
    return {
      results: [...results, ...written.results],
      rest: marked.filter(({ id }) => left.has(id)),
    }
  }

  function holdForName(
    organization: Organization,
    salesforce_id: string,
    skip: (organization: Organization, code: 'NAME_HELD', error: string) => void,
  ): void {
    warn(
      'NAME_HELD',
      'A create did not succeed, and an organization to mark has its name; that organization was not marked',
      [nameHeldKey(salesforce_id, organization.id)],
    )
    skip(
      organization,
      'NAME_HELD',
      `the create of ${salesforce_id} did not succeed, and this organization has its name`,
    )
  }

  function isAsGathered(organization: Organization, current: Readonly<Record<string, unknown>>): boolean {
    const text = (value: unknown) => textOf(value)?.trim() || null
    return (
      nameKey(organization.name) === nameKey(textOf(current.name) ?? '') &&
      keyOfFields(organization) === keyOfFields(current) &&
      text(organization.account_type) === text(current.account_type)
    )
  }

  return {
    // A user can be in one organization only. If two creates name the same user, the first in the plan gets them.
    createKeys: ({ name, sold_tos = [] }) => [nameKey(name), ...sold_tos],
    createKeyOf: ({ salesforce_id }) => salesforce_id,
    create,
    createLater: ({ name, salesforce_id }) => unfinishedNames.set(nameKey(name), salesforce_id),
    update,
    writePostponed,
    mark,
    finish: async () => finish?.(zendesk, record),
  }
}

function isCreateOf({ action, key, status }: Result, salesforce_id: string): boolean {
  return action === 'create' && key === salesforce_id && (status === 'written' || status === 'recognised')
}

function idText({ organization_fields }: ZendeskOrganization): string {
  const salesforce_id = textOf(organization_fields.salesforce_id)
  return salesforce_id === null ? 'without a salesforce_id' : `of salesforce_id ${salesforce_id}`
}

/** The organization that a result wrote. */
function touchedBy({ action, id, status }: Result): number[] {
  const isWrite = action === 'create' || action === 'update'
  return isWrite && id !== null && (status === 'written' || status === 'recognised') ? [id] : []
}

function keyOf({ organization_fields }: ZendeskOrganization): string | null {
  return keyOfFields(organization_fields)
}

function keyOfFields({ salesforce_id, sfdc_short_id }: Readonly<Record<string, unknown>>): string | null {
  return organizationKey({ salesforce_id: textOf(salesforce_id), sfdc_short_id })
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function without(values: AttributeValues, keys: readonly string[]): AttributeValues {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)))
}

function targets(changes: Changes): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(changes).map(([attribute, { to }]) => [attribute, to]))
}
