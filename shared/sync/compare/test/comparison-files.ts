import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Organization, SyncObject } from '../../../domain/index.ts'
import type { Artifact, OrganizationSync } from '../../../pipeline/index.ts'
import { dataDirectory, openTestContext } from '../../../runtime/bin/test/index.ts'
import type { Sizes } from '../candidates.ts'
import { compareOrganizations } from '../compare-organizations.ts'

export type JsonRecord = Record<string, unknown>

/** The texts of a comparison's two input files. */
export type InputFiles = { gathered: string; objects: string }

/** Keeps all records in memory. */
export const SMALL: Sizes = {
  largeBytes: Number.POSITIVE_INFINITY,
  secondThreadBytes: Number.POSITIVE_INFINITY,
}
/** Finds the records with equal checksums, in this thread. */
export const LARGE: Sizes = { ...SMALL, largeBytes: 0 }
/** Finds them with the help of a second thread. */
export const IN_SECOND_THREAD: Sizes = { largeBytes: 0, secondThreadBytes: 0 }

type Given = {
  sizes?: Sizes
  isProtected?: (organization: Organization) => boolean
  signal?: AbortSignal
}

/** Runs a comparison in this process. Returns the texts of its artifacts, and the ids of duplicates. */
export async function compareFiles(
  sync: OrganizationSync,
  { gathered, objects }: InputFiles,
  { isProtected = () => false, sizes = SMALL, ...given }: Given = {},
) {
  const data = dataDirectory({
    [sync.artifacts.gathered.name]: gathered,
    [sync.artifacts.objects.name]: objects,
    'doubts.json': '[]',
  })
  const { context, commit, abort, end, counts } = openTestContext(data, given)
  try {
    const readOthers = async () => () => false
    await compareOrganizations(context, sync, { isProtected, readOthers, allianceKey: null }, sizes)
    commit()
  } catch (error) {
    abort()
    throw error
  } finally {
    await end()
  }
  const textOf = (artifact: Artifact | undefined) =>
    artifact && readFileSync(join(data.path, artifact.name), 'utf8')
  const { updates, creates, not_in_sync, held } = sync.artifacts
  return {
    updates: textOf(updates),
    creates: textOf(creates),
    not_in_sync: textOf(not_in_sync),
    held: textOf(held),
    duplicates: counts().warnings.flatMap(({ code, keys }) =>
      code === 'DUPLICATE_ORGANIZATIONS' ? keys : [],
    ),
  }
}

/** A file with one record per line, as the stages write it. */
export function linesText(records: readonly JsonRecord[]): string {
  return `[\n${records.map(record => JSON.stringify(record)).join(',\n')}\n]\n`
}

/** An object without what only objects have, as a gathered organization. */
export function organizationOf(id: number, { sold_tos, ...attributes }: SyncObject | JsonRecord): JsonRecord {
  return { id, ...attributes }
}
