import type { z } from 'zod'
import {
  type Attribute,
  attributesOf,
  byInstance,
  createSchema,
  getsOrganization,
  INSTANCE_ARTIFACTS,
  INSTANCES,
  type Instance,
  instanceCreateSchema,
  instanceObjectSchema,
  isPartnerType,
  type Organization,
  objectSchema,
  PARTNERS_INSTANCE,
  PLAN_ARTIFACTS,
  partnerAttributes,
  type SyncObject,
  USERS_INSTANCE,
  zendeskName,
} from '../domain/index.ts'
import { findStage, STAGES, type StageName, type SyncStage, syncStage } from './stages.ts'

/** A sync of organizations: its compare, its bin and the views take what it is from here. */
export type OrganizationSync = {
  stage: SyncStage | 'partner-sync'
  title: string
  instance: Instance
  attributes: readonly Attribute[]
  /** The artifact of what its organizations should be, and the schema of that. */
  objects: string
  /** The artifact of what it does not do while an account is in doubt; null where nothing is held. */
  held: string | null
  objectSchema: z.ZodType<SyncObject, unknown>
  /** The schema of its creates: objects without what the instance cannot hold. */
  createSchema: z.ZodType<SyncObject, unknown>
  /** The artifacts that it writes from: the compare's three, and the gathered organizations. */
  inputs: PlanInputs
  /** Whether an object without an organization gets one. */
  isCreated: (object: SyncObject) => boolean
  /** Whether an organization without an object is this sync's to mark. */
  isOurs: (organization: Organization) => boolean
}

type PlanInputs = { updates: string; creates: string; not_in_sync: string; gathered: string }

/** Each instance's sync of its customers' organizations. */
export const INSTANCE_SYNCS: Readonly<Record<Instance, OrganizationSync>> = byInstance(instance => {
  const { objects, held, ...inputs } = INSTANCE_ARTIFACTS[instance]
  return {
    stage: syncStage(instance),
    title: `${zendeskName(instance)}: organizations`,
    instance,
    attributes: attributesOf(instance),
    objects,
    held,
    objectSchema: instanceObjectSchema(instance),
    createSchema: instanceCreateSchema(instance),
    inputs,
    isCreated: getsOrganization,
    // Partners' organizations are partner-sync's.
    isOurs: ({ account_type }) => instance !== PARTNERS_INSTANCE || !isPartnerType(account_type),
  }
})

/** The sync of the partners' organizations. */
export const PARTNER_SYNC: OrganizationSync = {
  stage: 'partner-sync',
  title: `${zendeskName(PARTNERS_INSTANCE)}: partners' organizations`,
  instance: PARTNERS_INSTANCE,
  attributes: partnerAttributes(),
  objects: 'salesforce_accounts.json',
  held: null,
  objectSchema: objectSchema(partnerAttributes()),
  createSchema: createSchema(partnerAttributes()),
  inputs: { ...PLAN_ARTIFACTS, gathered: 'zendesk_orgs.json' },
  isCreated: () => true,
  isOurs: () => true,
}

/** The sync of users. */
export const USER_SYNC = {
  stage: 'usgov-user-sync',
  title: `${zendeskName(USERS_INSTANCE)}: users`,
  inputs: { ...PLAN_ARTIFACTS, gathered: 'zendesk_users.json' },
} as const

/** A stage that writes to Zendesk. */
export type PlannedSync = OrganizationSync['stage'] | typeof USER_SYNC.stage

/** They all, in the order in which a plan shows them. */
export const PLANNED_SYNCS: readonly PlannedSync[] = STAGES.map(({ stage }) => stage).filter(isPlannedSync)

/** The sync of organizations that a stage is. */
export function organizationSync(stage: OrganizationSync['stage']): OrganizationSync {
  const instance = INSTANCES.find(one => syncStage(one) === stage)
  return instance ? INSTANCE_SYNCS[instance] : PARTNER_SYNC
}

/** The artifacts that a sync's plan is made of. */
export function planInputs(stage: PlannedSync): readonly string[] {
  const { inputs } = stage === USER_SYNC.stage ? USER_SYNC : organizationSync(stage)
  return Object.values(inputs)
}

function isPlannedSync(stage: StageName): stage is PlannedSync {
  return findStage(stage)?.bins.some(({ syncs }) => syncs) === true
}
