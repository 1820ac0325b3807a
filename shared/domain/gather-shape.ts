import { matchKey, organizationKey } from './salesforce-id.ts'

type Gathered = Readonly<Record<string, unknown>>

/** What a gather reads. */
export type GatherKind = 'accounts' | 'organizations' | 'partners' | 'users' | 'contacts'

/** How to count a gather's records: the key of each, and the counts that it is part of. */
type Counted = {
  key: (record: Gathered) => string
  counts: Readonly<Record<string, (record: Gathered) => boolean>>
}

/** How many records each count has. `keys`: the counts that each record is part of, one bit per count. */
export type GatherShape = { counts: Readonly<Record<string, number>>; keys: ReadonlyMap<string, number> }

const isFilled = (value: unknown) => typeof value === 'string' && value.trim() !== ''
const hasSome = (value: unknown) => Array.isArray(value) && value.length > 0
const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
const every = () => true

/** The counts of each kind. The total alone says little: a source may lose only one part of its records. */
const COUNTED: Readonly<Record<GatherKind, Counted>> = {
  accounts: {
    key: ({ salesforce_id: id }) => matchKey(String(id)) ?? String(id),
    counts: {
      accounts: every,
      'accounts with subs': ({ subs }) => hasSome(subs),
      'accounts with charges': ({ charges }) => hasSome(charges),
      'accounts of Type Customer': ({ type }) => type === 'Customer',
      'accounts with arr above 0': ({ arr }) => typeof arr === 'number' && arr > 0,
      'restricted accounts': ({ restricted }) => restricted === true,
      'accounts with the exception': ({ exception }) => exception === true,
    },
  },
  organizations: {
    key: ({ id }) => String(id),
    counts: unmarked('mark_for_deletion', {
      organizations: every,
      'organizations with a key': ({ salesforce_id, sfdc_short_id }) =>
        organizationKey({ salesforce_id: textOf(salesforce_id), sfdc_short_id }) !== null,
      'organizations with an account_type': ({ account_type }) => isFilled(account_type),
    }),
  },
  partners: {
    key: ({ salesforce_id: id }) => matchKey(String(id)) ?? String(id),
    counts: { partners: every },
  },
  users: {
    key: ({ id }) => String(id),
    counts: unmarked('not_in_sfdc', {
      'end-users': isEndUser,
      'end-users with an organization': user => isEndUser(user) && typeof user.organization_id === 'number',
    }),
  },
  // The key must not be an address, so it is the contact's organization.
  contacts: { key: ({ organization_id: id }) => `of organization ${id}`, counts: { contacts: every } },
}

function unmarked(mark: string, counts: Counted['counts']): Counted['counts'] {
  return Object.fromEntries(
    Object.entries(counts).map(([name, isOne]) => [
      name,
      (record: Gathered) => record[mark] !== true && isOne(record),
    ]),
  )
}

function isEndUser({ role }: Gathered): boolean {
  return role === 'end-user'
}

/** Counts the records of a gather. */
export function gatherCounter(kind: GatherKind) {
  const { key, counts } = COUNTED[kind]
  const found = Object.entries(counts).map(([name, isOne], index) => ({
    name,
    isOne,
    bit: 1 << index,
    count: 0,
  }))
  const keys = new Map<string, number>()
  return {
    add(given: object): void {
      const record: Gathered = { ...given }
      let bits = 0
      for (const one of found) {
        if (!one.isOne(record)) continue
        bits |= one.bit
        one.count += 1
      }
      if (bits === 0) return
      const own = key(record)
      keys.set(own, (keys.get(own) ?? 0) | bits)
    },
    shape: (): GatherShape => ({
      counts: Object.fromEntries(found.map(({ name, count }) => [name, count])),
      keys,
    }),
  }
}

export type GatherCounter = ReturnType<typeof gatherCounter>

/** A count has fallen if it is below `percent` of the last run's count, and lower by more than `floor` records. */
export const GATHER_LIMIT = { percent: 80, floor: 2 }
/** A message names at most this many missing records. */
export const MAX_MISSING_KEYS = 10

export type Fallen = { count: string; now: number; before: number }

/** The counts that fell since the last run. */
export function fallenCounts(now: GatherShape['counts'], before: GatherShape['counts']): Fallen[] {
  return Object.entries(now).flatMap(([count, now]) => {
    const last = before[count] ?? 0
    const isFallen = now * 100 < last * GATHER_LIMIT.percent && last - now > GATHER_LIMIT.floor
    return isFallen ? [{ count, now, before: last }] : []
  })
}

/** The first keys of records that are missing from a fallen count. */
export function missingKeys(
  fallen: readonly Fallen[],
  now: GatherShape,
  before: ReadonlyMap<string, number>,
): string[] {
  const names = Object.keys(now.counts)
  const bits = fallen.reduce((all, { count }) => all | (1 << names.indexOf(count)), 0)
  const gone: string[] = []
  for (const [key, had] of before) {
    if ((had & bits & ~(now.keys.get(key) ?? 0)) !== 0) gone.push(key)
    if (gone.length === MAX_MISSING_KEYS) break
  }
  return gone
}

/** The last run's counts without the records that syncs have marked since: the guards already allowed those marks. */
export function countsWithout(
  shape: { counts: GatherShape['counts']; keys: ReadonlyMap<string, number> },
  marked: ReadonlySet<string>,
): GatherShape['counts'] {
  const left = Object.entries(shape.counts).map(([name, count], index) => {
    const isIn = (key: string) => ((shape.keys.get(key) ?? 0) & (1 << index)) !== 0
    return [name, count - [...marked].filter(isIn).length]
  })
  return Object.fromEntries(left)
}
