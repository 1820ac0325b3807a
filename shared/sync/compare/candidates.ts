import { join } from 'node:path'
import {
  BY_ORGANIZATION,
  type MatchKey,
  matchKey,
  type Organization,
  type SyncObject,
  type UnifyBy,
  unify,
} from '../../domain/index.ts'
import type { OrganizationSync } from '../../pipeline/index.ts'
import { bytesOf } from '../../runtime/artifacts/index.ts'
import type { BinArtifacts } from '../../runtime/bin/index.ts'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { SECOND_THREAD_BYTES } from '../../runtime/parallel/index.ts'
import { loadSums } from './load-sums.ts'
import { findUnequal } from './unequal-records.ts'

/** An object, and the organization with its key if there is one. */
export type Match = { object: SyncObject; current: Organization | undefined }

/** The records that can differ or have no match. All others are left out. */
export type Candidates = {
  /** The artifact's first organization, even if it is left out; undefined if there are none. */
  first: () => Promise<Organization | undefined>
  /** Matches all objects. Throws an `ExpectedError` if two of them have the same key. */
  matches: () => AsyncGenerator<readonly Match[]>
  /** Whether an object has this key. Call this, and the next two, only after `matches` has ended. */
  hasObject: (key: MatchKey) => boolean
  /** The organizations without an object. */
  unmatched: () => AsyncGenerator<readonly Organization[]>
  /** The ids of the other organizations with the key of a match. */
  duplicates: () => number[]
}

/** The sizes of the organizations' file from which a comparison works in another way. They differ only in tests. */
export type Sizes = {
  /** Larger ones are not kept in memory. The comparison first finds the records with equal checksums. */
  largeBytes: number
  /** For larger ones, a second thread starts. */
  secondThreadBytes: number
}
export const SIZES: Sizes = { largeBytes: SECOND_THREAD_BYTES, secondThreadBytes: SECOND_THREAD_BYTES }

/** Reads and checks a sync's organizations, and for a large file also its objects. */
export async function loadCandidates(
  artifacts: BinArtifacts,
  sync: OrganizationSync,
  { largeBytes, secondThreadBytes }: Sizes,
): Promise<Candidates> {
  const bytes = bytesOf(join(artifacts.dataDir, sync.artifacts.gathered.name))
  return bytes < largeBytes
    ? allRecords(artifacts, sync)
    : unequalRecords(artifacts, sync, bytes >= secondThreadBytes)
}

async function allRecords({ readAll, read }: BinArtifacts, sync: OrganizationSync): Promise<Candidates> {
  const organizations = await readAll(sync.artifacts.gathered, 'needed')
  return candidatesOf(sync, {
    items: organizations,
    by: BY_ORGANIZATION,
    read: async records => records,
    objects: () => read(sync.artifacts.objects, 'needed'),
    isLeftOut: () => false,
    first: async () => organizations[0],
  })
}

async function unequalRecords(
  artifacts: BinArtifacts,
  sync: OrganizationSync,
  inSecondThread: boolean,
): Promise<Candidates> {
  const sums = await loadSums(artifacts, sync, inSecondThread)
  const { organizations, objects, isLeftOut } = findUnequal(sums.organizations, sums.objects)
  const organizationsAt = artifacts.readAgain(sync.artifacts.gathered, sums.organizations.placeOf)
  const objectsAt = artifacts.readAgain(sync.artifacts.objects, sums.objects.placeOf)
  return candidatesOf(sync, {
    items: organizations,
    by: { keyOf: ({ key }) => key, isFirst: ({ isOwn }) => isOwn },
    read: known => organizationsAt(known.map(({ number }) => number)),
    async *objects() {
      for (const numbers of inBatches(objects)) yield await objectsAt(numbers)
    },
    isLeftOut,
    first: async () => (sums.organizations.length > 0 ? (await organizationsAt([1]))[0] : undefined),
  })
}

/** What candidates are made of. An item is an organization, or what is known of it before its record is read again. */
type Parts<Item> = {
  items: readonly Item[]
  by: UnifyBy<Item, MatchKey>
  read: (items: readonly Item[]) => Promise<readonly Organization[]>
  objects: () => AsyncGenerator<readonly SyncObject[]>
  /** Whether the object with this key is left out. */
  isLeftOut: (key: MatchKey) => boolean
  first: Candidates['first']
}

function candidatesOf<Item extends { id: number }>(
  sync: OrganizationSync,
  { items, by, read, objects, isLeftOut, first }: Parts<Item>,
): Candidates {
  const organizations = unify(items, by)
  async function matchesOf(batch: readonly SyncObject[]): Promise<readonly Match[]> {
    const taken = batch.map(object => {
      const key = matchKey(object.salesforce_id)
      const found = key === null ? undefined : organizations.take(key)
      if (found?.kind === 'twice') throw listedTwice(sync.artifacts.objects.name, object)
      return found?.kind === 'item' ? found.item : undefined
    })
    const records = await read(taken.filter(item => item !== undefined))
    let next = 0
    return batch.map((object, index) => ({
      object,
      current: taken[index] === undefined ? undefined : records[next++],
    }))
  }
  return {
    async *matches() {
      for await (const batch of objects()) yield await matchesOf(batch)
    },
    hasObject: key => organizations.isTaken(key) || isLeftOut(key),
    async *unmatched() {
      for (const batch of inBatches(organizations.unmatched())) yield await read(batch)
    },
    duplicates: () => organizations.duplicates().map(({ id }) => id),
    first,
  }
}

function listedTwice(file: string, { salesforce_id }: SyncObject): ExpectedError {
  return badInput('ACCOUNT_TWICE', {
    message: `${file}: two accounts have the salesforce_id ${salesforce_id}`,
    next: 'Run the stage that wrote it again: the file must list each account once.',
  })
}

/** The records to read again at once. With 1,000, a compare in which all records differ takes 200 MB more. */
const AT_ONCE = 100

function* inBatches<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += AT_ONCE) yield items.slice(start, start + AT_ONCE)
}
