import { hash } from 'node:crypto'
import {
  type Attribute,
  hasSalesforceId,
  type MatchKey,
  matchKey,
  type Organization,
  organizationKey,
  type SyncObject,
} from '../../domain/index.ts'
import { type OrganizationSync, organizationSync } from '../../pipeline/index.ts'
import type { Work } from '../../runtime/artifacts/index.ts'

/**
 * Some records' keys, and a digest of each record's attributes. This is enough to find the correct ones, with a twentieth
 * of the memory.
 */
type Digests = { keys: (MatchKey | null)[]; digests: Uint8Array }

type OrganizationDigests = Digests & {
  ids: number[]
  /** Whether the key comes from its salesforce_id, and not from its sfdc_short_id. */
  isOwn: boolean[]
  /** The attributes that the first record lacks. All records of a gather lack the same ones. */
  lacking: string[]
}

/** A sync's stage, by which a second thread finds its attributes. */
type Given = OrganizationSync['stage']

export const organizationDigests: Work<Given, Organization, OrganizationDigests> = {
  module: import.meta.url,
  name: 'organizationDigests',
  begin(stage) {
    const { attributes, artifacts } = organizationSync(stage)
    return {
      schema: artifacts.gathered.schema,
      run(organizations) {
        const { add, finish } = collectDigests(attributes)
        const ids: number[] = []
        const isOwn: boolean[] = []
        let lacking: string[] = []
        for (const organization of organizations) {
          if (ids.length === 0)
            lacking = attributes.map(({ key }) => key).filter(key => organization[key] === undefined)
          add(organization, organizationKey(organization))
          ids.push(organization.id)
          isOwn.push(hasSalesforceId(organization))
        }
        return { ...finish(), ids, isOwn, lacking }
      },
    }
  },
}

export const objectDigests: Work<Given, SyncObject, Digests> = {
  module: import.meta.url,
  name: 'objectDigests',
  begin(stage) {
    const { attributes, artifacts } = organizationSync(stage)
    return {
      schema: artifacts.objects.schema,
      run(objects) {
        const { add, finish } = collectDigests(attributes)
        for (const object of objects) add(object, matchKey(object.salesforce_id))
        return finish()
      },
    }
  },
}

const ALGORITHM = 'sha256'
const DIGEST_BYTES = 32

function collectDigests(attributes: readonly Attribute[]) {
  const keys: (MatchKey | null)[] = []
  const all: string[] = []
  return {
    add(record: Readonly<Record<string, unknown>>, key: MatchKey | null): void {
      const values = attributes.map(attribute => record[attribute.key])
      keys.push(key)
      all.push(hash(ALGORITHM, JSON.stringify(values), 'binary'))
    },
    finish: (): Digests => ({ keys, digests: Uint8Array.from(Buffer.from(all.join(''), 'binary')) }),
  }
}

/** A record's digest, by its part of the artifact and its position there. */
type Digested = { digests: Uint8Array; place: number }

/** Whether two records have the same attributes. */
export function isSame(one: Digested, other: Digested): boolean {
  const [start, otherStart] = [one.place * DIGEST_BYTES, other.place * DIGEST_BYTES]
  for (let byte = 0; byte < DIGEST_BYTES; byte += 1)
    if (one.digests[start + byte] !== other.digests[otherStart + byte]) return false
  return true
}
