import type { z } from 'zod'
import {
  accountSchema,
  attributesOf,
  contactSchema,
  createSchema,
  doubtSchema,
  gatheredUserSchema,
  heldSchema,
  type Instance,
  instanceCreateSchema,
  instanceObjectSchema,
  type Organization,
  objectSchema,
  organizationSchema,
  overrideSchema,
  partnerAttributes,
  planUsedSchema,
  resultSchema,
  type SyncObject,
  unmappedChargeSchema,
  updateSchema,
  userCreateSchema,
  userOrganizationSchema,
  userUpdateSchema,
} from '../domain/index.ts'
import { compareStage, type StageName, syncStage } from './stage-names.ts'

/** A file that one stage writes and others read: its producer, its name, and the schema of its records. */
export type Artifact<
  Item = unknown,
  Producer extends StageName = StageName,
  Name extends string = string,
> = Readonly<{ producer: Producer; name: Name; schema: z.ZodType<Item, unknown> }>

/** A record of an artifact. */
export type RecordOf<One extends Artifact> = z.output<One['schema']>

/** The name of each sync's results file. */
export const RESULTS_NAME = 'sync_results.json'

/** The file in which a sync records its results while it runs. A killed sync leaves it behind. */
export const JOURNAL_NAME = 'sync_results.journal.jsonl'

const PARTNERS = partnerAttributes()
const PARTNER_OBJECTS: z.ZodType<SyncObject, unknown> = objectSchema(PARTNERS)
const PARTNER_CREATES: z.ZodType<SyncObject, unknown> = createSchema(PARTNERS)
const PARTNER_ORGANIZATIONS: z.ZodType<Organization, unknown> = organizationSchema(PARTNERS)

/** Every artifact of the pipeline. File names are only here. The stage table says which bin reads which artifact. */
export const artifacts = {
  accounts: artifact('accounts', 'salesforce_accounts.json', accountSchema),
  unmappedCharges: artifact('processor', 'unmapped_charges.json', unmappedChargeSchema),
  doubts: artifact('processor', 'doubts.json', doubtSchema),
  plansUsed: artifact('processor', 'plans_used.json', planUsedSchema),
  overridesUsed: artifact('processor', 'overrides_used.json', overrideSchema),
  /** The artifacts of each instance's organizations. */
  instances: { global: instanceArtifacts('global'), usgov: instanceArtifacts('usgov') },
  /** The artifacts of the partners' organizations. */
  partners: {
    objects: artifact('partner-sync', 'salesforce_accounts.json', PARTNER_OBJECTS),
    gathered: artifact('partner-sync', 'zendesk_orgs.json', PARTNER_ORGANIZATIONS),
    updates: artifact('partner-sync', 'updates.json', updateSchema(PARTNERS)),
    creates: artifact('partner-sync', 'creates.json', PARTNER_CREATES),
    not_in_sync: artifact('partner-sync', 'not_in_sync.json', PARTNER_ORGANIZATIONS),
    results: artifact('partner-sync', RESULTS_NAME, resultSchema),
  },
  /** The artifacts of US Government's users. */
  users: {
    organizations: artifact('usgov-user-sync', 'zendesk_orgs.json', userOrganizationSchema),
    gathered: artifact('usgov-user-sync', 'zendesk_users.json', gatheredUserSchema),
    contacts: artifact('usgov-user-sync', 'salesforce_contacts.json', contactSchema),
    updates: artifact('usgov-user-sync', 'updates.json', userUpdateSchema),
    creates: artifact('usgov-user-sync', 'creates.json', userCreateSchema),
    not_in_sync: artifact('usgov-user-sync', 'not_in_sync.json', gatheredUserSchema),
    results: artifact('usgov-user-sync', RESULTS_NAME, resultSchema),
  },
} as const

function instanceArtifacts<One extends Instance>(instance: One) {
  const organizations: z.ZodType<Organization, unknown> = organizationSchema(attributesOf(instance))
  const compare = compareStage(instance)
  return {
    gathered: artifact('orgs', `zendesk_${instance}.json`, organizations),
    objects: artifact('processor', `${instance}_accounts.json`, instanceObjectSchema(instance)),
    updates: artifact(compare, `${instance}_updates.json`, updateSchema(attributesOf(instance))),
    creates: artifact(compare, `${instance}_creates.json`, instanceCreateSchema(instance)),
    not_in_sync: artifact(compare, `${instance}_not_in_sync.json`, organizations),
    held: artifact(compare, `${instance}_held.json`, heldSchema),
    results: artifact(syncStage(instance), RESULTS_NAME, resultSchema),
  } as const
}

function artifact<Item, const Producer extends StageName, const Name extends string>(
  producer: Producer,
  name: Name,
  schema: z.ZodType<Item, unknown>,
): Artifact<Item, Producer, Name> {
  return { producer, name, schema }
}

/** The key of a user without an id: the number of their record in creates.json, where you find the address. */
export function createKey(number: number): string {
  return `${artifacts.users.creates.name} record ${number}`
}
