import type { z } from 'zod'
import {
  type Attribute,
  differences,
  matchKey,
  type Organization,
  organizationKey,
  organizationSchema,
  type SyncObject,
  unclaimed,
  unify,
  updateSchema,
} from '../domain/index.ts'
import { Trouble } from '../errors/index.ts'
import type { BinContext } from '../stage/index.ts'

export type OrganizationComparison = {
  attributes: readonly Attribute[]
  /** The artifact of gathered organizations. */
  organizations: string
  /** What they should be, streamed. */
  objects: AsyncIterable<SyncObject>
  objectSchema: z.ZodType<SyncObject, unknown>
  outputs: { updates: string; creates: string; not_in_sync: string }
  /** Whether an object without an organization gets one. */
  isCreated: (object: SyncObject) => boolean
  /** Whether an organization without an object is marked. */
  isMarked: (organization: Organization) => boolean
}

/**
 * Unifies organizations and objects by salesforce_id and writes the three arrays. Organizations are held in
 * memory, objects pass through one by one.
 */
export async function compareOrganizations(
  context: BinContext<unknown>,
  comparison: OrganizationComparison,
): Promise<void> {
  const { attributes, outputs } = comparison
  const schema = organizationSchema(attributes)
  const organizations = unify(
    await context.readAll(comparison.organizations, schema, 'needed'),
    organizationKey,
  )
  const writeUpdate = await context.write(outputs.updates, updateSchema(attributes))
  const writeCreate = await context.write(outputs.creates, comparison.objectSchema)
  const writeNotInSync = await context.write(outputs.not_in_sync, schema)

  const claimed = new Set<string>()
  for await (const object of comparison.objects) {
    const key = matchKey(object.salesforce_id)
    if (claimed.has(key)) throw listedTwice(object)
    claimed.add(key)
    const organization = organizations.byKey.get(key)
    if (organization === undefined) {
      if (comparison.isCreated(object)) writeCreate(object)
      continue
    }
    const changes = differences(attributes, organization, object)
    if (changes) {
      const { salesforce_id, name, ...rest } = object
      writeUpdate({ id: organization.id, salesforce_id, name, ...rest, changes })
    }
  }
  for (const organization of unclaimed(organizations, claimed)) {
    if (comparison.isMarked(organization)) writeNotInSync(organization)
  }
  if (organizations.duplicates.length > 0) {
    const ids = organizations.duplicates.map(({ id }) => id)
    context.warn('DUPLICATE_ORGANIZATIONS', 'Organizations share a salesforce_id with one of a lower id', ids)
  }
}

function listedTwice({ salesforce_id }: SyncObject): Trouble {
  return new Trouble(
    'bad-input',
    'ACCOUNT_TWICE',
    `two accounts have the salesforce_id ${salesforce_id}`,
    'Run the stage that wrote them again; each account must stand there once.',
  )
}
