import {
  type Attribute,
  differences,
  gatheredAttributes,
  hasSalesforceId,
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  PARTNERS_INSTANCE,
  type SyncObject,
  type Unified,
  unify,
} from '../../domain/index.ts'
import type { OrganizationSync } from '../../pipeline/index.ts'
import type { BinArtifacts, BinParts } from '../../runtime/bin/index.ts'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { readStamps } from '../../runtime/records/index.ts'
import { openHolding } from './holding.ts'
import { attributeTexts, type OrganizationInMemory } from './organizations-in-memory.ts'

const NO_ORGANIZATION = { kind: 'none' } as const

/**
 * Matches organizations with objects by match key, and writes the three arrays. Keeps all organizations in memory, as
 * texts, and reads the objects one by one. Reads the organizations without an object again, to write them unchanged.
 */
export async function compareOrganizations(
  { artifacts, run }: Pick<BinParts, 'artifacts' | 'run'>,
  sync: OrganizationSync,
  isProtected: (organization: Organization) => boolean,
  allianceKey: MatchKey | null,
): Promise<void> {
  const holding = await openHolding({ artifacts, run }, sync)
  const { attributes } = sync
  const { textOf, valuesOf } = attributeTexts(attributes)
  const { organizations, lacking } = await loadOrganizations(artifacts, sync, textOf)
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
      const organization = taken.item
      // Most organizations do not differ. Comparing the whole text is the fastest way to see that.
      if (organization.values === textOf(object)) continue
      const current = valuesOf(organization.values)
      const changes = differences(gatheredAttributes(attributes, current), current, object)
      if (!changes) continue
      const { salesforce_id, name, ...rest } = object
      const kept = holding.holdLosses({ id: organization.id, salesforce_id, name }, changes, {
        current: current.support_level,
        wanted: object.support_level,
      })
      if (kept) writeUpdate({ id: organization.id, salesforce_id, name, ...rest, changes: kept })
    }
  }
  await writeNotInSync(artifacts, sync, organizations.unmatched(), {
    isProtected: organization => isProtected(organization) || isAlliances(organization),
    isHeld: organization => holding.holdMark(organization, organizations.isTaken),
    unmark: organization => {
      if (!isProtected(organization) && holding.isToUnmark(organization))
        writeUpdate({ ...organization, changes: { mark_for_deletion: { from: true, to: false } } })
    },
  })
  holding.warn()

  function isAlliances(organization: Organization): boolean {
    const isPartnersInstance = sync.instance === PARTNERS_INSTANCE && sync.artifacts.held !== undefined
    return isPartnersInstance && allianceKey !== null && organizationKey(organization) === allianceKey
  }
  const duplicates = organizations.duplicates()
  if (duplicates.length > 0) {
    const ids = duplicates.map(({ id }) => id)
    run.warn(
      'DUPLICATE_ORGANIZATIONS',
      'These organizations have the same key as another one; only that one is compared',
      ids,
    )
  }
}

async function loadOrganizations(
  { dataDir, read }: BinArtifacts,
  { attributes, artifacts: { gathered: artifact } }: OrganizationSync,
  textOf: (organization: Organization) => string,
): Promise<{ organizations: Unified<OrganizationInMemory, MatchKey>; lacking: readonly string[] }> {
  const loaded: OrganizationInMemory[] = []
  // If the gather has no records, its stamp lists the attributes.
  let lacking: readonly string[] = readStamps(dataDir)[artifact.name]?.without ?? []
  for await (const gathered of read(artifact, 'needed')) {
    for (const organization of gathered) {
      if (loaded.length === 0) lacking = lackingKeys(organization, attributes)
      const values = textOf(organization)
      const key = partOf(values, organizationKey(organization))
      const isOwn = hasSalesforceId(organization)
      loaded.push({ id: organization.id, key, isOwn, number: loaded.length + 1, values })
    }
  }
  return { organizations: unify(loaded, { keyOf: ({ key }) => key, isFirst: ({ isOwn }) => isOwn }), lacking }
}

/** The attributes that a gathered record lacks. All records of a gather lack the same ones. */
function lackingKeys(organization: Organization, attributes: readonly Attribute[]): readonly string[] {
  return attributes.map(({ key }) => key).filter(key => organization[key] === undefined)
}

/** An object without the attributes for which its instance has no usable field. */
function without(object: SyncObject, lacking: readonly string[]): SyncObject {
  if (lacking.length === 0) return object
  const { salesforce_id, name, ...rest } = object
  const kept = Object.entries(rest).filter(([key]) => !lacking.includes(key))
  return { ...Object.fromEntries(kept), salesforce_id, name }
}

/** The key as a slice of the text, which is in memory anyway. Otherwise it would keep its own copy of the id. */
function partOf(text: string, key: MatchKey | null): MatchKey | null {
  const start = key === null ? -1 : text.indexOf(key)
  return key === null || start < 0 ? key : matchKey(text.slice(start, start + key.length))
}

/** Writes the marks. Reads these records again, because the texts in memory do not have all their values. */
async function writeNotInSync(
  { write, readAgain }: BinArtifacts,
  { artifacts: { gathered, not_in_sync }, isOurs }: OrganizationSync,
  unmatched: readonly OrganizationInMemory[],
  {
    isProtected,
    isHeld,
    unmark,
  }: {
    isProtected: (organization: Organization) => boolean
    isHeld: (organization: Organization) => boolean
    unmark: (organization: Organization) => void
  },
): Promise<void> {
  const writeMark = write(not_in_sync)
  if (unmatched.length === 0) return
  const numbers = new Set(unmatched.map(({ number }) => number))
  const ids = new Set(unmatched.map(({ id }) => id))
  for await (const records of readAgain(gathered, number => numbers.has(number))) {
    for (const organization of records) {
      if (!ids.has(organization.id)) throw new Error(`${gathered.name} changed while it was compared`)
      unmark(organization)
      if (isOurs(organization) && !isProtected(organization) && !isHeld(organization)) writeMark(organization)
    }
  }
}

function listedTwice(file: string, { salesforce_id }: SyncObject): ExpectedError {
  return badInput('ACCOUNT_TWICE', {
    message: `${file}: two accounts have the salesforce_id ${salesforce_id}`,
    next: 'Run the stage that wrote it again: the file must list each account once.',
  })
}
