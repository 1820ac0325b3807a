import {
  type GatheredUser,
  hasSupport,
  isSyncedUser,
  type Organization,
  type SyncObject,
  type Update,
  type UserCreate,
  type UserUpdate,
} from '../../domain/index.ts'
import { type Artifact, type OrganizationSync, USER_SYNC } from '../../pipeline/index.ts'
import { allRecords } from '../../runtime/artifacts/index.ts'

/** What a sync will write, as the compare computed it. */
export type SyncPlan<Create, Update, Mark> = {
  creates: readonly Create[]
  updates: readonly Update[]
  /** New marks. */
  marks: readonly Mark[]
  /** Records that are already marked. */
  alreadyMarked: readonly Mark[]
  /** The totals for the guards: all records of this sync, unmarked ones, and ones with support to lose. */
  gathered: number
  unmarked: number
  entitled: number
}
export type OrganizationPlan = SyncPlan<SyncObject, Update, Organization>
export type UserPlan = SyncPlan<UserCreate, UserUpdate, GatheredUser>

/** Reads an artifact of the sync's data directory, in batches. */
export type PlanReader = <Item>(artifact: Artifact<Item>) => AsyncIterable<readonly Item[]>

/**
 * Reads the plan of a sync of organizations from its four artifacts. Throws like `read`: an `ExpectedError` for a missing
 * or invalid artifact.
 */
export async function readOrganizationPlan(
  read: PlanReader,
  { artifacts }: Pick<OrganizationSync, 'artifacts'>,
): Promise<OrganizationPlan> {
  const notInSync = await allRecords(read(artifacts.not_in_sync))
  let gathered = 0
  let unmarked = 0
  let entitled = 0
  for await (const organizations of read(artifacts.gathered)) {
    gathered += organizations.length
    unmarked += organizations.filter(({ mark_for_deletion }) => mark_for_deletion !== true).length
    entitled += organizations.filter(hasSupport).length
  }
  return {
    creates: await allRecords(read(artifacts.creates)),
    updates: await allRecords(read(artifacts.updates)),
    marks: notInSync.filter(({ mark_for_deletion }) => mark_for_deletion !== true),
    alreadyMarked: notInSync.filter(({ mark_for_deletion }) => mark_for_deletion === true),
    gathered,
    unmarked,
    entitled,
  }
}

/** Reads the users' plan. The guards count only users that this sync owns. Throws like `read`. */
export async function readUserPlan(read: PlanReader): Promise<UserPlan> {
  const { artifacts } = USER_SYNC
  const notInSync = await allRecords(read(artifacts.not_in_sync))
  let gathered = 0
  for await (const users of read(artifacts.gathered)) gathered += users.filter(isSyncedUser).length
  return {
    creates: await allRecords(read(artifacts.creates)),
    updates: await allRecords(read(artifacts.updates)),
    marks: notInSync.filter(user => !user.not_in_sfdc),
    alreadyMarked: notInSync.filter(user => user.not_in_sfdc),
    gathered,
    // All users who could be marked, marked or not, because marked users are deleted within a day.
    unmarked: gathered,
    entitled: 0,
  }
}
