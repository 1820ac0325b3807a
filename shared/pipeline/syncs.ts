import {
  type Attribute,
  attributesOf,
  byInstance,
  getsOrganization,
  type Held,
  INSTANCES,
  type Instance,
  isPartnerType,
  type Organization,
  PARTNERS_INSTANCE,
  partnerAttributes,
  type Result,
  type SyncObject,
  type Update,
  USERS_INSTANCE,
  zendeskName,
} from '../domain/index.ts'
import { type Artifact, artifacts } from './artifacts.ts'
import { type StageName, type SyncStage, syncStage } from './stage-names.ts'
import { findStage, STAGES } from './stages.ts'

/** A sync of organizations. Its compare bin, its sync bin, and everything that shows its plan use this description. */
export type OrganizationSync = {
  stage: SyncStage | 'partner-sync'
  title: string
  instance: Instance
  attributes: readonly Attribute[]
  artifacts: {
    gathered: Artifact<Organization>
    /** The desired organizations. */
    objects: Artifact<SyncObject>
    updates: Artifact<Update>
    /** Objects without the attributes that have no usable field on the instance. */
    creates: Artifact<SyncObject>
    not_in_sync: Artifact<Organization>
    /** The marks and losses that it holds back. Absent if this sync holds nothing back. */
    held?: Artifact<Held>
    results: Artifact<Result>
  }
  /** Whether an object without an organization gets one. */
  isCreated: (object: SyncObject) => boolean
  /** Whether this sync owns an organization without an object, and so may mark it. */
  isOurs: (organization: Organization) => boolean
}

/** Each instance's sync of its customers' organizations. */
export const INSTANCE_SYNCS: Readonly<Record<Instance, OrganizationSync>> = byInstance(instance => ({
  stage: syncStage(instance),
  title: `${zendeskName(instance)}: organizations`,
  instance,
  attributes: attributesOf(instance),
  artifacts: artifacts.instances[instance],
  isCreated: getsOrganization,
  // Partners' organizations are partner-sync's.
  isOurs: ({ account_type }) => instance !== PARTNERS_INSTANCE || !isPartnerType(account_type),
}))

/** The sync of the partners' organizations. */
export const PARTNER_SYNC: OrganizationSync = {
  stage: 'partner-sync',
  title: `${zendeskName(PARTNERS_INSTANCE)}: partners' organizations`,
  instance: PARTNERS_INSTANCE,
  attributes: partnerAttributes(),
  artifacts: artifacts.partners,
  isCreated: () => true,
  isOurs: () => true,
}

/** The sync of users. */
export const USER_SYNC = {
  stage: 'usgov-user-sync',
  title: `${zendeskName(USERS_INSTANCE)}: users`,
  artifacts: artifacts.users,
} as const

/** A stage that writes to Zendesk. */
export type PlannedSync = OrganizationSync['stage'] | typeof USER_SYNC.stage

/** All stages that write to Zendesk, in the order in which a plan shows them. */
export const PLANNED_SYNCS: readonly PlannedSync[] = STAGES.map(({ stage }) => stage).filter(isPlannedSync)

/** The sync of organizations of a stage. */
export function organizationSync(stage: OrganizationSync['stage']): OrganizationSync {
  const instance = INSTANCES.find(one => syncStage(one) === stage)
  return instance ? INSTANCE_SYNCS[instance] : PARTNER_SYNC
}

/**
 * The artifacts of a sync's plan: the three arrays of the comparison, and the gathered records, which the guards
 * compare the numbers with.
 */
export function planArtifacts(stage: PlannedSync): readonly Artifact[] {
  const { updates, creates, not_in_sync, gathered } = artifactsOf(stage)
  return [updates, creates, not_in_sync, gathered]
}

/** The artifact with a sync's results. */
export function resultsOf(stage: PlannedSync): Artifact<Result> {
  return artifactsOf(stage).results
}

function artifactsOf(stage: PlannedSync) {
  return stage === USER_SYNC.stage ? USER_SYNC.artifacts : organizationSync(stage).artifacts
}

function isPlannedSync(stage: StageName): stage is PlannedSync {
  return findStage(stage)?.bins.some(({ syncs }) => syncs) === true
}
