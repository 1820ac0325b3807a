import type { z } from 'zod'
import {
  type GatheredUser,
  gatheredUserSchema,
  hasSupport,
  isSyncedUser,
  type Organization,
  organizationSchema,
  type SyncObject,
  type Update,
  type UserCreate,
  type UserUpdate,
  updateSchema,
  userCreateSchema,
  userUpdateSchema,
} from '../../domain/index.ts'
import { type OrganizationSync, USER_SYNC } from '../../pipeline/index.ts'
import { allRecords } from '../../runtime/artifacts/index.ts'

/** What a sync is about to write. It is computed by the compare; nothing here computes it again. */
export type SyncPlan<Create, Update, Mark> = {
  creates: readonly Create[]
  updates: readonly Update[]
  /** Marks not made yet. */
  marks: readonly Mark[]
  /** Those that carry the mark already. */
  alreadyMarked: readonly Mark[]
  /** What the guards measure against: all records of this sync, those not marked, those with support to lose. */
  gathered: number
  unmarked: number
  entitled: number
}
export type OrganizationPlan = SyncPlan<SyncObject, Update, Organization>
export type UserPlan = SyncPlan<UserCreate, UserUpdate, GatheredUser>

/** Reads an artifact of the sync's data directory, some records at a time; `needed` ones must have records. */
export type PlanReader = <Item>(
  name: string,
  schema: z.ZodType<Item, unknown>,
  needed?: 'needed',
) => AsyncIterable<readonly Item[]>

/**
 * Reads the plan of a sync of organizations from its four artifacts. Throws as `read` does: a `ExpectedError` for an artifact
 * that is missing or bad, and where `needed` is heeded for a gather without records.
 */
export async function readOrganizationPlan(
  read: PlanReader,
  { attributes, createSchema, inputs }: Pick<OrganizationSync, 'attributes' | 'createSchema' | 'inputs'>,
): Promise<OrganizationPlan> {
  const schema = organizationSchema(attributes)
  const notInSync = await allRecords(read(inputs.not_in_sync, schema))
  let gathered = 0
  let unmarked = 0
  let entitled = 0
  for await (const organizations of read(inputs.gathered, schema)) {
    gathered += organizations.length
    unmarked += organizations.filter(({ mark_for_deletion }) => mark_for_deletion !== true).length
    entitled += organizations.filter(hasSupport).length
  }
  return {
    creates: await allRecords(read(inputs.creates, createSchema)),
    updates: await allRecords(read<Update>(inputs.updates, updateSchema(attributes))),
    marks: notInSync.filter(({ mark_for_deletion }) => mark_for_deletion !== true),
    alreadyMarked: notInSync.filter(({ mark_for_deletion }) => mark_for_deletion === true),
    gathered,
    unmarked,
    entitled,
  }
}

/** Reads the users' plan; the guards measure against those users alone who are this sync's. Throws as `read` does. */
export async function readUserPlan(read: PlanReader): Promise<UserPlan> {
  const { inputs } = USER_SYNC
  const notInSync = await allRecords(read(inputs.not_in_sync, gatheredUserSchema))
  let gathered = 0
  for await (const users of read(inputs.gathered, gatheredUserSchema))
    gathered += users.filter(isSyncedUser).length
  return {
    creates: await allRecords(read(inputs.creates, userCreateSchema)),
    updates: await allRecords(read(inputs.updates, userUpdateSchema)),
    marks: notInSync.filter(user => !user.not_in_sfdc),
    alreadyMarked: notInSync.filter(user => user.not_in_sfdc),
    gathered,
    // Everyone who could be marked, marked or not: users who are marked are deleted within a day.
    unmarked: gathered,
    entitled: 0,
  }
}
