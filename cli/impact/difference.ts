import {
  ATTRIBUTES,
  type AttributeValue,
  byInstance,
  type Doubt,
  type Instance,
  plainValue,
  SUPPORT_LEVELS,
} from '@support-sync/shared/domain'
import type { Decided, DecidedObject } from './decide.ts'

/** Facts about an account that are not part of the decision. */
export type AccountFacts = { salesforce_id: string; name: string; arr: number }

/** What a change to the rules does to the objects. Terminal, JSON and merge request show this model. It has no names. */
export type Impact = {
  before: string
  after: string
  today: string
  accounts: number
  instances: Readonly<Record<Instance, InstanceImpact>>
  /** Accounts that come into doubt or leave it. Null if a side does not list them. */
  doubts: { into: AccountInDoubt[]; out: AccountInDoubt[] } | null
  charges: {
    /** Active charge names that the change adds to a section or removes from one. */
    newly_mapped: string[]
    newly_unmapped: string[]
    /** Names added to the plans file that no charge has. A misspelt name has no effect. */
    added_without_charge: string[]
  }
}

export type AccountInDoubt = { salesforce_id: string; arr: number; reason: string }

export type InstanceImpact = {
  objects_before: number
  objects_after: number
  /** Objects that differ, including those that appear or disappear. */
  changed: number
  appearing: number
  gone: number
  /** The ARR of the accounts whose objects change. */
  arr: number
  /** Highest level first. Null means no object. */
  levels: { from: string | null; to: string | null; accounts: number; arr: number }[]
  /** By attribute, most changed first. Only objects that both sides have. */
  attributes: { attribute: string; objects: number }[]
  /** Largest ARR first. */
  changes: ChangedAccount[]
}

export type ChangedAccount = {
  salesforce_id: string
  arr: number
  level: { from: string | null; to: string | null }
  /** By attribute. Null for texts, which may name people. */
  changes: Record<string, { from: AttributeValue; to: AttributeValue } | null>
}

/** Compares two decisions about the same accounts. */
export function impactOf(
  before: Decided,
  after: Decided,
  facts: ReadonlyMap<string, AccountFacts>,
  chargeNames: ReadonlySet<string>,
): Pick<Impact, 'instances' | 'doubts' | 'charges'> {
  return {
    instances: byInstance(instance =>
      instanceImpact(before.objects[instance], after.objects[instance], facts),
    ),
    doubts: doubtChanges(before.doubts, after.doubts),
    charges: {
      newly_mapped: before.unmapped.filter(name => !after.unmapped.includes(name)),
      newly_unmapped: after.unmapped.filter(name => !before.unmapped.includes(name)),
      added_without_charge: addedNames(before, after).filter(name => !chargeNames.has(name)),
    },
  }
}

function doubtChanges(before: Decided['doubts'], after: Decided['doubts']): Impact['doubts'] {
  if (before === null || after === null) return null
  return { into: onlyIn(after, before), out: onlyIn(before, after) }
}

/** Largest ARR first. */
function onlyIn(these: readonly Doubt[], others: readonly Doubt[]): AccountInDoubt[] {
  const known = new Set(others.map(({ salesforce_id }) => salesforce_id))
  return these
    .filter(({ salesforce_id }) => !known.has(salesforce_id))
    .map(({ salesforce_id, arr, reason }) => ({ salesforce_id, arr, reason }))
    .sort((one, other) => other.arr - one.arr)
}

function addedNames({ planned: before }: Decided, { planned: after }: Decided): string[] {
  return before && after ? after.filter(name => !before.includes(name)) : []
}

type Objects = ReadonlyMap<string, DecidedObject>

function instanceImpact(
  before: Objects,
  after: Objects,
  facts: ReadonlyMap<string, AccountFacts>,
): InstanceImpact {
  const ids = [...new Set([...before.keys(), ...after.keys()])]
  const changes = ids.flatMap(
    id => changeOf(id, before.get(id), after.get(id), facts.get(id)?.arr ?? 0) ?? [],
  )
  changes.sort((one, other) => other.arr - one.arr || (one.salesforce_id < other.salesforce_id ? -1 : 1))
  return {
    objects_before: before.size,
    objects_after: after.size,
    changed: changes.length,
    appearing: changes.filter(({ salesforce_id }) => !before.has(salesforce_id)).length,
    gone: changes.filter(({ salesforce_id }) => !after.has(salesforce_id)).length,
    arr: sum(changes.map(({ arr }) => arr)),
    levels: levelTransitions(changes),
    attributes: attributeCounts(changes),
    changes,
  }
}

function changeOf(
  salesforce_id: string,
  from: DecidedObject | undefined,
  to: DecidedObject | undefined,
  arr: number,
): ChangedAccount | undefined {
  const changes: ChangedAccount['changes'] = {}
  if (from && to) {
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
      if (isSame(from[key], to[key])) continue
      changes[key] = isShowable(key) ? { from: plainValue(from[key]), to: plainValue(to[key]) } : null
    }
    if (Object.keys(changes).length === 0) return undefined
  }
  const level = { from: from?.support_level ?? null, to: to?.support_level ?? null }
  return { salesforce_id, arr, level, changes }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Whether a value may be shown. Texts may name people and companies; a date does not. */
function isShowable(key: string): boolean {
  if (key === 'expiration_date') return true
  return ATTRIBUTES.some(attribute => attribute.key === key && attribute.kind.name !== 'text')
}

function levelTransitions(changes: readonly ChangedAccount[]): InstanceImpact['levels'] {
  const moved = changes.filter(({ level }) => level.from !== level.to)
  const groups = Map.groupBy(moved, ({ level }) => `${level.from} ${level.to}`)
  return [...groups.values()]
    .flatMap(group => {
      const [first] = group
      return first ? [{ ...first.level, accounts: group.length, arr: sum(group.map(({ arr }) => arr)) }] : []
    })
    .sort((one, other) => rank(one.from) - rank(other.from) || rank(one.to) - rank(other.to))
}

/** "No object" comes last. */
function rank(level: string | null): number {
  const levels: readonly (string | null)[] = SUPPORT_LEVELS
  const place = levels.indexOf(level)
  return place === -1 ? SUPPORT_LEVELS.length : place
}

function attributeCounts(changes: readonly ChangedAccount[]): InstanceImpact['attributes'] {
  const counts = new Map<string, number>()
  for (const key of changes.flatMap(change => Object.keys(change.changes)))
    counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts]
    .map(([attribute, objects]) => ({ attribute, objects }))
    .sort((one, other) => other.objects - one.objects || (one.attribute < other.attribute ? -1 : 1))
}

function sum(numbers: readonly number[]): number {
  return Math.round(numbers.reduce((total, number) => total + number, 0) * 100) / 100
}
