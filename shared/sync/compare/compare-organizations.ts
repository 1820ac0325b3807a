import {
  differences,
  type MatchKey,
  type Organization,
  organizationKey,
  PARTNERS_INSTANCE,
  type SyncObject,
} from '../../domain/index.ts'
import type { OrganizationSync } from '../../pipeline/index.ts'
import type { BinArtifacts, BinParts } from '../../runtime/bin/index.ts'
import { bothInOrder } from '../../runtime/parallel/index.ts'
import { readStamps } from '../../runtime/records/index.ts'
import { type Candidates, loadCandidates, SIZES, type Sizes } from './candidates.ts'
import { openHolding } from './holding.ts'

type ReadOthers = (among: readonly Organization[]) => Promise<(organization: Organization) => boolean>

type Keeping = {
  isProtected: (organization: Organization) => boolean
  /** Finds the organizations of another sync among these. */
  readOthers?: ReadOthers | undefined
  allianceKey: MatchKey | null
}

/** Matches organizations with objects by match key, and writes the three arrays. */
export async function compareOrganizations(
  { artifacts, run }: Pick<BinParts, 'artifacts' | 'run'>,
  sync: OrganizationSync,
  { isProtected, readOthers, allianceKey }: Keeping,
  sizes: Sizes = SIZES,
): Promise<void> {
  const [holding, candidates] = await bothInOrder(
    openHolding({ artifacts, run }, sync),
    loadCandidates(artifacts, sync, sizes),
  )
  const lacking = await lackingKeys(artifacts, sync, candidates)
  const writeUpdate = artifacts.write(sync.artifacts.updates)
  const writeCreate = artifacts.write(sync.artifacts.creates)

  for await (const matches of candidates.matches()) {
    for (const { object, current } of matches) {
      if (current === undefined) {
        if (sync.isCreated(object)) writeCreate(without(object, lacking))
        continue
      }
      const changes = differences(sync.attributes, current, object, 'ignored')
      if (!changes) continue
      const { id } = current
      const { salesforce_id, name, ...rest } = object
      const kept = holding.holdLosses({ id, salesforce_id, name }, changes, {
        current: current.support_level,
        wanted: object.support_level,
      })
      if (kept) writeUpdate({ id, salesforce_id, name, ...rest, changes: kept })
    }
  }
  const isOthers = await readOthers?.((await Array.fromAsync(candidates.unmatched())).flat())
  const isKept = (organization: Organization) =>
    isProtected(organization) || isOthers?.(organization) === true
  const writeMark = artifacts.write(sync.artifacts.not_in_sync)
  for await (const organizations of candidates.unmatched()) {
    for (const organization of organizations) {
      if (isKept(organization)) continue
      if (holding.isToUnmark(organization))
        writeUpdate({ ...organization, changes: { mark_for_deletion: { from: true, to: false } } })
      if (!sync.isOurs(organization) || isAlliances(organization)) continue
      if (!holding.holdMark(organization, candidates.hasObject)) writeMark(organization)
    }
  }
  holding.warn()

  function isAlliances(organization: Organization): boolean {
    const isPartnersInstance = sync.instance === PARTNERS_INSTANCE && sync.artifacts.held !== undefined
    return isPartnersInstance && allianceKey !== null && organizationKey(organization) === allianceKey
  }
  const duplicates = candidates.duplicates()
  if (duplicates.length > 0)
    run.warn(
      'DUPLICATE_ORGANIZATIONS',
      'These organizations have the same key as another one; only that one is compared',
      duplicates,
    )
}

/** The attributes that the gathered records lack. All records of a gather lack the same ones. */
async function lackingKeys(
  { dataDir }: BinArtifacts,
  { attributes, artifacts: { gathered } }: OrganizationSync,
  candidates: Candidates,
): Promise<readonly string[]> {
  const first = await candidates.first()
  // If the gather has no records, its stamp lists the attributes.
  if (first === undefined) return readStamps(dataDir)[gathered.name]?.without ?? []
  return attributes.map(({ key }) => key).filter(key => first[key] === undefined)
}

/** An object without the attributes for which its instance has no usable field. */
function without(object: SyncObject, lacking: readonly string[]): SyncObject {
  if (lacking.length === 0) return object
  const { salesforce_id, name, ...rest } = object
  const kept = Object.entries(rest).filter(([key]) => !lacking.includes(key))
  return { ...Object.fromEntries(kept), salesforce_id, name }
}
