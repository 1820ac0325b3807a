import {
  type Attribute,
  hasSalesforceId,
  type MatchKey,
  type Organization,
  organizationKey,
  type SyncObject,
  type Unified,
  unify,
} from '../../domain/index.ts'
import type { OrganizationSync } from '../../pipeline/index.ts'
import type { Place } from '../../runtime/artifacts/index.ts'
import type { BinArtifacts } from '../../runtime/bin/index.ts'
import { readStamps } from '../../runtime/records/index.ts'
import { attributeSum, lineReader, type OrganizationLine } from './organization-lines.ts'

/** An organization in the memory of a comparison. Its record is in the artifact, or here as JSON if it had to be parsed. */
type OrganizationInMemory = {
  id: number
  key: MatchKey | null
  /** Whether the key comes from its salesforce_id. Otherwise it comes from its sfdc_short_id. */
  isOwn: boolean
} & ((Place & OrganizationLine) | { json: string })

/** The organizations of a comparison. */
export type Organizations = {
  organizations: Unified<OrganizationInMemory, MatchKey>
  /** The attributes that the gathered records lack. */
  lacking: readonly string[]
  /** An organization's record. Throws an `ExpectedError` for an invalid one. */
  recordOf: (organization: OrganizationInMemory) => Organization
  /** Whether an organization surely has the attributes of a checked object. Then its line is valid too. */
  equals: (organization: OrganizationInMemory, object: SyncObject) => boolean
}

const LOADED = Symbol('loaded')

/**
 * Reads a sync's organizations. Keeps their keys, places and sums: for a million organizations about 0.5 GB instead of
 * more than 2 GB. Parses and checks only lines that have no Salesforce id or another form. Check the others with `equals` or
 * `recordOf`.
 */
export async function openOrganizations(
  { dataDir, read, openAgain }: BinArtifacts,
  { attributes, artifacts: { gathered } }: OrganizationSync,
): Promise<Organizations> {
  const loaded: OrganizationInMemory[] = []
  // If the gather has no records, its stamp lists the attributes.
  let lacking: readonly string[] = readStamps(dataDir)[gathered.name]?.without ?? []
  const keys = attributes.map(({ key }) => key)
  let readLine: ReturnType<typeof lineReader> | undefined
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
    readLine ??= lineReader(keys, line)
    const organization = readLine(line)
    if (place.number === 1 || organization === undefined) return undefined
    loaded[place.number - 1] = { ...place, ...organization, isOwn: true }
    return LOADED
  }

  const again = openAgain(gathered)
  const sumOf = attributeSum(keys.filter(key => !lacking.includes(key)))
  return {
    organizations: unify(loaded, { keyOf: ({ key }) => key, isFirst: ({ isOwn }) => isOwn }),
    lacking,
    recordOf(organization) {
      if ('json' in organization) return gathered.schema.parse(JSON.parse(organization.json))
      const record = again.recordAt(organization)
      if (record.id === organization.id && organizationKey(record) === organization.key) return record
      throw new Error(`${gathered.name} changed while it was compared`)
    },
    equals: (organization, object) => 'sum' in organization && organization.sum === sumOf(object),
  }
}

/** The attributes that a gathered record lacks. All records of a gather lack the same ones. */
function lackingKeys(organization: Organization, attributes: readonly Attribute[]): readonly string[] {
  return attributes.map(({ key }) => key).filter(key => organization[key] === undefined)
}
