import {
  differences,
  gatheredAttributes,
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  PARTNERS_INSTANCE,
  type SyncObject,
  unify,
} from '../../domain/index.ts'
import type { OrganizationSync } from '../../pipeline/index.ts'
import type { BinArtifacts, BinParts } from '../../runtime/bin/index.ts'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { bothInOrder } from '../../runtime/parallel/index.ts'
import { readStamps } from '../../runtime/records/index.ts'
import { type Candidates, inBatches, loadCandidates, SIZES, type Sizes } from './candidates.ts'
import { openHolding } from './holding.ts'

const NO_ORGANIZATION = { kind: 'none' } as const

type Keeping = {
  isProtected: (organization: Organization) => boolean
  /** Finds the organizations of another sync among those with these keys. */
  readOthers: (keys: ReadonlySet<MatchKey>) => Promise<(organization: Organization) => boolean>
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
  const { organizationsAt, isLeftOut } = candidates
  const organizations = unify(candidates.organizations, {
    keyOf: ({ key }) => key,
    isFirst: ({ isOwn }) => isOwn,
  })
  const lacking = await lackingKeys(artifacts, sync, candidates)
  const writeUpdate = artifacts.write(sync.artifacts.updates)
  const writeCreate = artifacts.write(sync.artifacts.creates)

  for await (const objects of candidates.objects()) {
    for (const { object, current } of await withMatches(objects)) {
      if (current === undefined) {
        if (sync.isCreated(object)) writeCreate(without(object, lacking))
        continue
      }
      const changes = differences(gatheredAttributes(sync.attributes, current), current, object)
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
  const unmatched = organizations.unmatched()
  const isOthers = await readOthers(new Set(unmatched.flatMap(({ key }) => key ?? [])))
  const isKept = (organization: Organization) => isProtected(organization) || isOthers(organization)
  const writeMark = artifacts.write(sync.artifacts.not_in_sync)
  for (const batch of inBatches(unmatched)) {
    for (const organization of await organizationsAt(batch.map(({ number }) => number))) {
      if (isKept(organization)) continue
      if (holding.isToUnmark(organization))
        writeUpdate({ ...organization, changes: { mark_for_deletion: { from: true, to: false } } })
      if (!sync.isOurs(organization) || isAlliances(organization)) continue
      if (!holding.holdMark(organization, key => organizations.isTaken(key) || isLeftOut(key)))
        writeMark(organization)
    }
  }
  holding.warn()

  /** Each object with its organization, read again. */
  async function withMatches(objects: readonly SyncObject[]) {
    const numbers = objects.map(object => {
      const key = matchKey(object.salesforce_id)
      const taken = key === null ? NO_ORGANIZATION : organizations.take(key)
      if (taken.kind === 'twice') throw listedTwice(sync.artifacts.objects.name, object)
      return taken.kind === 'item' ? taken.item.number : undefined
    })
    const matches = (await organizationsAt(numbers.filter(number => number !== undefined))).values()
    return objects.map((object, index) => ({
      object,
      current: numbers[index] === undefined ? undefined : matches.next().value,
    }))
  }

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

/** The attributes that the gathered records lack. All records of a gather lack the same ones. */
async function lackingKeys(
  { dataDir }: BinArtifacts,
  { attributes, artifacts: { gathered } }: OrganizationSync,
  { count, organizationsAt }: Pick<Candidates, 'count' | 'organizationsAt'>,
): Promise<readonly string[]> {
  const [first] = count > 0 ? await organizationsAt([1]) : []
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

function listedTwice(file: string, { salesforce_id }: SyncObject): ExpectedError {
  return badInput('ACCOUNT_TWICE', {
    message: `${file}: two accounts have the salesforce_id ${salesforce_id}`,
    next: 'Run the stage that wrote it again: the file must list each account once.',
  })
}
