import { setImmediate } from 'node:timers/promises'
import {
  differences,
  gatheredAttributes,
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  PARTNERS_INSTANCE,
  type SyncObject,
} from '../../domain/index.ts'
import type { OrganizationSync } from '../../pipeline/index.ts'
import type { BinParts } from '../../runtime/bin/index.ts'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { openHolding } from './holding.ts'
import { openOrganizations } from './open-organizations.ts'

const NO_ORGANIZATION = { kind: 'none' } as const
/** How many organizations without an object to write before a pause. */
const BATCH = 1_000

/**
 * Matches organizations with objects by match key, and writes the three arrays. Keeps only the keys, places and sums of
 * the organizations in memory, and parses only those that differ from their object. The others have its values, which
 * are checked.
 */
export async function compareOrganizations(
  { artifacts, run }: Pick<BinParts, 'artifacts' | 'run'>,
  sync: OrganizationSync,
  isProtected: (organization: Organization) => boolean,
  allianceKey: MatchKey | null,
): Promise<void> {
  const holding = await openHolding({ artifacts, run }, sync)
  const { organizations, lacking, recordOf, equals } = await openOrganizations(artifacts, sync)
  const writeUpdate = artifacts.write(sync.artifacts.updates)
  const writeCreate = artifacts.write(sync.artifacts.creates)

  for await (const objects of artifacts.read(sync.artifacts.objects, 'needed')) {
    for (const object of objects) {
      const objectKey = matchKey(object.salesforce_id)
      const taken = objectKey === null ? NO_ORGANIZATION : organizations.take(objectKey)
      if (taken.kind === 'twice') throw listedTwice(sync.artifacts.objects.name, object)
      if (taken.kind === 'none') {
        if (sync.isCreated(object)) writeCreate(without(object, lacking))
        continue
      }
      // Most organizations equal their objects.
      if (equals(taken.item, object)) continue
      const organization = recordOf(taken.item)
      const changes = differences(gatheredAttributes(sync.attributes, organization), organization, object)
      if (!changes) continue
      const { id, support_level } = organization
      const { salesforce_id, name, ...rest } = object
      const levels = { current: support_level, wanted: object.support_level }
      const kept = holding.holdLosses({ id, salesforce_id, name }, changes, levels)
      if (kept) writeUpdate({ id, salesforce_id, name, ...rest, changes: kept })
    }
  }
  const writeMark = artifacts.write(sync.artifacts.not_in_sync)
  for (const [index, unmatched] of organizations.unmatched().entries()) {
    // Lets a signal through: a cancelled run stops here too.
    if (index % BATCH === 0) await setImmediate()
    const organization = recordOf(unmatched)
    const isKept = isProtected(organization)
    if (!isKept && holding.isToUnmark(organization))
      writeUpdate({ ...organization, changes: { mark_for_deletion: { from: true, to: false } } })
    if (!sync.isOurs(organization) || isKept || isAlliances(organization)) continue
    if (!holding.holdMark(organization, organizations.isTaken)) writeMark(organization)
  }
  holding.warn()

  const duplicates = organizations.duplicates()
  // Nothing else checks their records.
  duplicates.forEach(recordOf)
  if (duplicates.length > 0) {
    const ids = duplicates.map(({ id }) => id)
    run.warn(
      'DUPLICATE_ORGANIZATIONS',
      'These organizations have the same key as another one; only that one is compared',
      ids,
    )
  }

  function isAlliances(organization: Organization): boolean {
    const isPartnersInstance = sync.instance === PARTNERS_INSTANCE && sync.artifacts.held !== undefined
    return isPartnersInstance && allianceKey !== null && organizationKey(organization) === allianceKey
  }
}

/** An object without the attributes for which its instance has no usable field. */
function without(object: SyncObject, lacking: readonly string[]): SyncObject {
  if (lacking.length === 0) return object
  const { salesforce_id, name, ...rest } = object
  const kept = Object.entries(rest).filter(([key]) => !lacking.includes(key))
  return { ...Object.fromEntries(kept), salesforce_id, name }
}

function listedTwice(file: string, { salesforce_id }: SyncObject): ExpectedError {
  return badInput('ACCOUNT_TWICE', {
    message: `${file}: two accounts have the salesforce_id ${salesforce_id}`,
    next: 'Run the stage that wrote it again: the file must list each account once.',
  })
}
