import { join } from 'node:path'
import {
  hasSalesforceId,
  type MatchKey,
  type Organization,
  organizationKey,
  type SyncObject,
} from '../../domain/index.ts'
import type { OrganizationSync } from '../../pipeline/index.ts'
import { bytesOf } from '../../runtime/artifacts/index.ts'
import type { BinArtifacts } from '../../runtime/bin/index.ts'
import { SECOND_THREAD_BYTES } from '../../runtime/parallel/index.ts'
import type { KnownOrganization } from './kept-sums.ts'
import { loadSums } from './load-sums.ts'
import { findUnequal } from './unequal-records.ts'

/** The records that can differ or have no match. All others are left out. */
export type Candidates = {
  organizations: readonly KnownOrganization[]
  objects: () => AsyncGenerator<readonly SyncObject[]>
  /** Whether the object with this key is left out. */
  isLeftOut: (key: MatchKey) => boolean
  /** Returns organizations by their numbers in the artifact, counted from 1. */
  organizationsAt: (numbers: readonly number[]) => Promise<readonly Organization[]>
  /** How many organizations the artifact has. */
  count: number
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

async function allRecords(
  { readAll, read }: BinArtifacts,
  { artifacts }: OrganizationSync,
): Promise<Candidates> {
  const all = await readAll(artifacts.gathered, 'needed')
  return {
    organizations: all.map((organization, index) => ({
      id: organization.id,
      key: organizationKey(organization),
      isOwn: hasSalesforceId(organization),
      number: index + 1,
    })),
    objects: () => read(artifacts.objects, 'needed'),
    isLeftOut: () => false,
    organizationsAt: async numbers => numbers.flatMap(number => all[number - 1] ?? []),
    count: all.length,
  }
}

async function unequalRecords(
  artifacts: BinArtifacts,
  sync: OrganizationSync,
  inSecondThread: boolean,
): Promise<Candidates> {
  const sums = await loadSums(artifacts, sync, inSecondThread)
  const { organizations, objects, isLeftOut } = findUnequal(sums.organizations, sums.objects)
  const objectsAt = artifacts.readAgain(sync.artifacts.objects, sums.objects.placeOf)
  return {
    organizations,
    async *objects() {
      for (const numbers of inBatches(objects)) yield await objectsAt(numbers)
    },
    isLeftOut,
    organizationsAt: artifacts.readAgain(sync.artifacts.gathered, sums.organizations.placeOf),
    count: sums.organizations.length,
  }
}

/** The records to read again at once. With 1,000, a compare in which all records differ takes 200 MB more. */
const AT_ONCE = 100

/** Splits a list, to read some records at a time. */
export function* inBatches<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += AT_ONCE) yield items.slice(start, start + AT_ONCE)
}
