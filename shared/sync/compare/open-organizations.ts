import {
  type Attribute,
  hasSalesforceId,
  type MatchKey,
  type Organization,
  organizationKey,
  type Unified,
  unify,
} from '../../domain/index.ts'
import { idIn, keyIn, type OrganizationSync } from '../../pipeline/index.ts'
import type { Place } from '../../runtime/artifacts/index.ts'
import type { BinArtifacts } from '../../runtime/bin/index.ts'
import { readStamps } from '../../runtime/records/index.ts'
import { type SumReader, sumReader } from './attribute-sums.ts'

/** An organization in the memory of a comparison. Its record is in the artifact, or here as JSON if it had to be parsed. */
type OrganizationInMemory = {
  id: number
  key: MatchKey | null
  /** Whether the key comes from its salesforce_id. Otherwise it comes from its sfdc_short_id. */
  isOwn: boolean
} & ((Place & { sum: string }) | { json: string })

/** The organizations of a comparison. */
export type Organizations = {
  organizations: Unified<OrganizationInMemory, MatchKey>
  /** The attributes that the gathered records lack. */
  lacking: readonly string[]
  /** An organization's record. Throws an `ExpectedError` for an invalid one. */
  recordOf: (organization: OrganizationInMemory) => Organization
  /** Whether an organization surely has the same attributes as the object of a line. */
  isEqual: (organization: OrganizationInMemory, objectLine: string) => boolean
}

const LOADED = Symbol('loaded')

/**
 * Reads a sync's organizations. Keeps their keys and places: for a million organizations about 0.5 GB instead of more
 * than 2 GB. Parses a line only if it has no Salesforce id.
 */
export async function openOrganizations(
  { dataDir, read, openAgain }: BinArtifacts,
  { attributes, artifacts: { gathered } }: OrganizationSync,
): Promise<Organizations> {
  const loaded: OrganizationInMemory[] = []
  // If the gather has no records, its stamp lists the attributes.
  let lacking: readonly string[] = readStamps(dataDir)[gathered.name]?.without ?? []
  const keys = attributes.map(({ key }) => key)
  let sumIn: SumReader | undefined
  let number = 0
  for await (const records of read(gathered, 'needed', load)) {
    for (const record of records) {
      number += 1
      if (record === LOADED) continue
      if (number === 1) lacking = lackingKeys(record, attributes)
      const isOwn = hasSalesforceId(record)
      loaded[number - 1] = {
        id: record.id,
        key: organizationKey(record),
        isOwn,
        json: JSON.stringify(record),
      }
    }
  }
  function load(line: string, place: Place): typeof LOADED | undefined {
    sumIn ??= sumReader(keys, line)
    const id = idIn(line)
    const key = keyIn(line)
    const sum = sumIn(line)
    if (place.number === 1 || id === undefined || key === undefined || sum === undefined) return undefined
    const { start, number } = place
    loaded[number - 1] = { id, key, isOwn: true, start, number, sum }
    return LOADED
  }

  const again = openAgain(gathered)
  const gatheredKeys = keys.filter(key => !lacking.includes(key))
  let objectSumIn: SumReader | undefined
  return {
    organizations: unify(loaded, { keyOf: ({ key }) => key, isFirst: ({ isOwn }) => isOwn }),
    lacking,
    recordOf(organization) {
      if ('json' in organization) return gathered.schema.parse(JSON.parse(organization.json))
      const record = again.recordAt(organization)
      if (record.id === organization.id && organizationKey(record) === organization.key) return record
      throw new Error(`${gathered.name} changed while it was compared`)
    },
    isEqual(organization, objectLine) {
      if ('json' in organization) return false
      objectSumIn ??= sumReader(gatheredKeys, objectLine)
      return objectSumIn(objectLine) === organization.sum
    },
  }
}

/** The attributes that a gathered record lacks. All records of a gather lack the same ones. */
function lackingKeys(organization: Organization, attributes: readonly Attribute[]): readonly string[] {
  return attributes.map(({ key }) => key).filter(key => organization[key] === undefined)
}
