import type { z } from 'zod'
import {
  type Attribute,
  attributesOf,
  instanceObjectSchema,
  objectSchema,
  partnerAttributes,
  type SyncObject,
} from '../domain/index.ts'

/** A sync of organizations: what it is called, whose attributes it writes, and from which artifacts. */
export type OrganizationSync = {
  stage: 'sync-global' | 'sync-usgov' | 'partner-sync'
  title: string
  attributes: readonly Attribute[]
  objectSchema: z.ZodType<SyncObject, unknown>
  inputs: PlanInputs
}

type PlanInputs = { updates: string; creates: string; not_in_sync: string; gathered: string }

/** The three syncs of organizations, once: their bins and the views take them from here. */
export const ORGANIZATION_SYNCS: Readonly<Record<OrganizationSync['stage'], OrganizationSync>> = {
  'sync-global': {
    stage: 'sync-global',
    title: 'Zendesk Global: organizations',
    attributes: attributesOf('global'),
    objectSchema: instanceObjectSchema('global'),
    inputs: {
      updates: 'global_updates.json',
      creates: 'global_creates.json',
      not_in_sync: 'global_not_in_sync.json',
      gathered: 'zendesk_global.json',
    },
  },
  'partner-sync': {
    stage: 'partner-sync',
    title: "Zendesk Global: partners' organizations",
    attributes: partnerAttributes(),
    objectSchema: objectSchema(partnerAttributes()),
    inputs: {
      updates: 'updates.json',
      creates: 'creates.json',
      not_in_sync: 'not_in_sync.json',
      gathered: 'zendesk_orgs.json',
    },
  },
  'sync-usgov': {
    stage: 'sync-usgov',
    title: 'Zendesk US Government: organizations',
    attributes: attributesOf('usgov'),
    objectSchema: instanceObjectSchema('usgov'),
    inputs: {
      updates: 'usgov_updates.json',
      creates: 'usgov_creates.json',
      not_in_sync: 'usgov_not_in_sync.json',
      gathered: 'zendesk_usgov.json',
    },
  },
}

/** The sync of users. */
export const USER_SYNC = {
  stage: 'usgov-user-sync',
  title: 'Zendesk US Government: users',
  inputs: {
    updates: 'updates.json',
    creates: 'creates.json',
    not_in_sync: 'not_in_sync.json',
    gathered: 'zendesk_users.json',
  },
} as const

/** The four that write to Zendesk, in the order in which a plan shows them. */
export const PLANNED_SYNCS = ['sync-global', 'partner-sync', 'sync-usgov', 'usgov-user-sync'] as const
export type PlannedSync = (typeof PLANNED_SYNCS)[number]

/** The artifacts that a sync's plan is made of. */
export function planInputs(stage: PlannedSync): readonly string[] {
  const { inputs } = stage === 'usgov-user-sync' ? USER_SYNC : ORGANIZATION_SYNCS[stage]
  return Object.values(inputs)
}
