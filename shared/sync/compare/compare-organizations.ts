import {
  differences,
  heldAttributes,
  type MatchKey,
  type Organization,
  organizationKey,
  PARTNERS_INSTANCE,
  type SyncObject,
  type Unified,
  unify,
} from '../../domain/index.ts'
import type { OrganizationSync } from '../../pipeline/index.ts'
import { type BinArtifacts, type BinParts, readStamps } from '../../runtime/bin/index.ts'
import { ExpectedError } from '../../runtime/errors/index.ts'
import { isSame, objectDigests, organizationDigests } from './attribute-digests.ts'
import { openHolding } from './holding.ts'

const NO_ORGANIZATION = { kind: 'none' } as const

/** An organization in memory: its position in the artifact, and its digest. */
type HeldOrganization = {
  id: number
  key: MatchKey | null
  /** Whether the key comes from its salesforce_id, and not from its sfdc_short_id. */
  isOwn: boolean
  digests: Uint8Array
  place: number
  readAgain: (place: number) => Organization
}

/**
 * Matches organizations and objects by salesforce_id and writes the three arrays. Keeps organizations as digests of their
 * attributes, and reads objects one by one. Reads those that differ again.
 */
export async function compareOrganizations(
  { artifacts, run }: Pick<BinParts, 'artifacts' | 'run'>,
  sync: OrganizationSync,
  isProtected: (organization: Organization) => boolean,
  allianceKey: MatchKey | null,
): Promise<void> {
  const holding = await openHolding({ artifacts, run }, sync)
  const { attributes, stage } = sync
  const { organizations, lacking } = await holdOrganizations(artifacts, sync)
  const writeUpdate = artifacts.write(sync.artifacts.updates)
  const writeCreate = artifacts.write(sync.artifacts.creates)

  for await (const { result, recordAt } of artifacts.workOn(sync.artifacts.objects, objectDigests, stage)) {
    const { keys, digests } = result
    for (const [place, key] of keys.entries()) {
      const claimed = key === null ? NO_ORGANIZATION : organizations.claim(key)
      if (claimed.kind === 'twice') throw listedTwice(sync.artifacts.objects.name, recordAt(place))
      // Most are correct.
      if (claimed.kind === 'item' && isSame(claimed.item, { digests, place })) continue
      const object = recordAt(place)
      if (claimed.kind === 'none') {
        if (sync.isCreated(object)) writeCreate(without(object, lacking))
        continue
      }
      const organization = claimed.item.readAgain(claimed.item.place)
      const changes = differences(heldAttributes(attributes, organization), organization, object)
      if (!changes) continue
      const { salesforce_id, name, ...rest } = object
      const goOn = holding.holdLosses({ id: organization.id, salesforce_id, name }, changes, {
        held: organization.support_level,
        wanted: object.support_level,
      })
      if (goOn) writeUpdate({ id: organization.id, salesforce_id, name, ...rest, changes: goOn })
    }
  }
  const writeMark = artifacts.write(sync.artifacts.not_in_sync)
  for (const { readAgain, place } of organizations.unclaimed()) {
    const organization = readAgain(place)
    if (isProtected(organization)) continue
    if (holding.isToUnmark(organization))
      writeUpdate({ ...organization, changes: { mark_for_deletion: { from: true, to: false } } })
    if (!sync.isOurs(organization) || isAlliances(organization)) continue
    if (!holding.holdMark(organization, organizations.isClaimed)) writeMark(organization)
  }
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
      'Organizations have the same key as another one; the sync updates only the one with the lowest id',
      ids,
    )
  }
}

async function holdOrganizations(
  { dataDir, workOn }: BinArtifacts,
  { stage, artifacts: { gathered } }: OrganizationSync,
): Promise<{ organizations: Unified<HeldOrganization, MatchKey>; lacking: readonly string[] }> {
  const held: HeldOrganization[] = []
  // For a gather without records, its stamp has them.
  let lacking: readonly string[] = readStamps(dataDir)[gathered.name]?.without ?? []
  for await (const { result, recordAt: readAgain } of workOn(gathered, organizationDigests, stage)) {
    const { ids, keys, isOwn, digests } = result
    if (held.length === 0 && ids.length > 0) lacking = result.lacking
    for (const [place, id] of ids.entries())
      held.push({ id, key: keys[place] ?? null, isOwn: isOwn[place] === true, digests, place, readAgain })
  }
  return { organizations: unify(held, { keyOf: ({ key }) => key, isFirst: ({ isOwn }) => isOwn }), lacking }
}

/** An object without the attributes that its instance lacks. */
function without(object: SyncObject, lacking: readonly string[]): SyncObject {
  if (lacking.length === 0) return object
  const { salesforce_id, name, ...rest } = object
  const kept = Object.entries(rest).filter(([key]) => !lacking.includes(key))
  return { ...Object.fromEntries(kept), salesforce_id, name }
}

function listedTwice(file: string, { salesforce_id }: SyncObject): ExpectedError {
  return new ExpectedError({
    kind: 'bad-input',
    code: 'ACCOUNT_TWICE',
    message: `${file}: two accounts have the salesforce_id ${salesforce_id}`,
    next: 'Run the stage that writes it again. Each account must occur only once.',
  })
}
