import { hasSalesforceId, matchKey, organizationKey, organizationSchema } from '../../domain/index.ts'
import type { OrganizationSync } from '../../pipeline/index.ts'
import type { BinArtifacts } from '../../runtime/bin/index.ts'
import { batchesOfThread, bothInOrder } from '../../runtime/parallel/index.ts'
import { type KeptSums, keepSums } from './kept-sums.ts'
import { readSums, type SumBatch } from './record-sums.ts'

const THREAD = new URL('organization-sums-thread.ts', import.meta.url)

/** Reads the checksums of a sync's organizations and objects, on request at the same time in a second thread. */
export async function loadSums(
  { readWith }: BinArtifacts,
  sync: OrganizationSync,
  inSecondThread: boolean,
): Promise<{ organizations: KeptSums; objects: KeptSums }> {
  const { gathered, objects } = sync.artifacts
  const readOrganizations = (path: string) =>
    inSecondThread
      ? batchesOfThread<SumBatch>(THREAD, { path, stage: sync.stage })
      : readOrganizationSums(path, sync)
  const readObjects = (path: string) =>
    readSums(path, objects.schema, sync.attributes, ({ salesforce_id }) => ({ key: matchKey(salesforce_id) }))
  const [ofOrganizations, ofObjects] = await bothInOrder(
    keepSums(readWith(gathered, readOrganizations, 'needed')),
    keepSums(readWith(objects, readObjects, 'needed')),
  )
  return { organizations: ofOrganizations, objects: ofObjects }
}

/** Reads the checksums of a sync's organizations. Does not keep their unknown keys, which the checksums do not cover. */
export function readOrganizationSums(
  path: string,
  { attributes }: Pick<OrganizationSync, 'attributes'>,
): AsyncGenerator<SumBatch> {
  return readSums(path, organizationSchema(attributes).strip(), attributes, organization => ({
    key: organizationKey(organization),
    id: organization.id,
    isOwn: hasSalesforceId(organization),
  }))
}
