import { ExpectedError } from '../runtime/errors/index.ts'
import type { Changes } from './changes.ts'
import { SUPPORT_LEVELS } from './sections.ts'

/** The kinds of writes that a guard watches. */
export const GUARD_KINDS = ['marks', 'losses', 'updates', 'creates'] as const
export type GuardKind = (typeof GUARD_KINDS)[number]

/** A guard stops a kind that exceeds both its share, in percent, and its count. */
export const GUARD_LIMITS: Readonly<Record<GuardKind, { percent: number; floor: number }>> = {
  marks: { percent: 10, floor: 2 },
  losses: { percent: 5, floor: 2 },
  updates: { percent: 50, floor: 20 },
  creates: { percent: 25, floor: 20 },
}

/** Something of each kind's limit. */
export function byKind<Value>(
  of: (limit: { kind: GuardKind; percent: number; floor: number }) => Value,
): Readonly<Record<GuardKind, Value>> {
  const one = (kind: GuardKind) => of({ kind, ...GUARD_LIMITS[kind] })
  return { marks: one('marks'), losses: one('losses'), updates: one('updates'), creates: one('creates') }
}

/** Marks and losses count over so many hours: a source that fails slowly is found, too. */
export const REMOVAL_HOURS = 24

type RemovalKind = 'marks' | 'losses'

/** Marks or losses of one run, by Zendesk id, and the number of records that they are a share of. */
export type Removals = { kind: RemovalKind; ids: readonly number[]; of: number }
/** Removals that an earlier run made; those that a person consented to do not count. */
export type EarlierRemovals = Removals & { at: string; consented?: boolean }

/** What a sync is about to write, and what each kind is a share of. */
export type GuardedPlan = Readonly<
  Record<RemovalKind, Omit<Removals, 'kind'>> & Record<'updates' | 'creates', { count: number; of: number }>
>

/** Whether an update takes support away: a lower level (expired is the lowest), or the emergency support. */
export function isLoss({ support_level: level, emergency_support_24x7: emergency }: Changes): boolean {
  if (emergency?.from === true && emergency.to !== true) return true
  const [from, to] = [level?.from, level?.to].map(rankOf)
  return from !== undefined && to !== undefined && to > from
}

/** Whether an organization has support that it could lose. */
export function hasSupport({ support_level: level }: Readonly<Record<string, unknown>>): boolean {
  return typeof level === 'string' && level !== '' && level !== 'expired'
}

function rankOf(level: unknown): number | undefined {
  const levels: readonly unknown[] = SUPPORT_LEVELS
  const rank = levels.indexOf(level)
  return rank < 0 ? undefined : rank
}

/** The removals of the last 24 hours, the earliest first. */
export function recentRemovals<Entry extends EarlierRemovals>(entries: readonly Entry[], now: Date): Entry[] {
  const since = now.getTime() - REMOVAL_HOURS * 3_600_000
  return entries
    .filter(({ at }) => Date.parse(at) > since)
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

/** One kind of writes held against its limit. */
type Measured = {
  kind: GuardKind
  /** Of this run alone: what consent is asked for. */
  own: number
  /** With those of the last 24 hours. */
  total: number
  of: number
  percent: number
}

export type GuardCheck = {
  plan: GuardedPlan
  /** What other runs of this stage did without consent. */
  earlier: readonly EarlierRemovals[]
  /** In percent. */
  limits: Readonly<Record<GuardKind, number>>
  /** How many of this run's own a person let through. */
  consent: (kind: GuardKind) => number | undefined
  now: Date
}

/**
 * Holds a sync's plan against the guards: a source that lost half its records looks just like a mass of departures.
 * `exceeding` are the kinds over their limit, `stopped` those of them that no consent covers.
 */
export function checkGuards({ plan, earlier, limits, consent, now }: GuardCheck) {
  const recent = recentRemovals(earlier, now)
  const exceeding = GUARD_KINDS.map(kind => measured(kind, plan, recent, limits[kind])).filter(isExceeding)
  const stopped = exceeding.filter(({ kind, own }) => own > (consent(kind) ?? 0))
  return { exceeding, stopped }
}

function measured(
  kind: GuardKind,
  plan: GuardedPlan,
  recent: readonly EarlierRemovals[],
  percent: number,
): Measured {
  if (kind === 'updates' || kind === 'creates') {
    const { count, of } = plan[kind]
    return { kind, own: count, total: count, of, percent }
  }
  const before = recent.filter(entry => entry.kind === kind && entry.consented !== true)
  const known = new Set(before.flatMap(({ ids }) => ids))
  const own = new Set(plan[kind].ids)
  const isNew = [...own].some(id => !known.has(id))
  return {
    kind,
    own: own.size,
    // A run that takes nothing more away never trips.
    total: isNew ? new Set([...known, ...own]).size : 0,
    of: before[0]?.of ?? plan[kind].of,
    percent,
  }
}

function isExceeding({ kind, total, of, percent }: Measured): boolean {
  return total > GUARD_LIMITS[kind].floor && total * 100 > of * percent
}

/** What a kind's share is of, in the words of a message. */
const BASES: Readonly<Record<GuardKind, { organizations: string; users: string }>> = {
  marks: { organizations: 'organizations that were not marked', users: 'end-users with an address' },
  losses: { organizations: 'organizations with support', users: 'users' },
  updates: { organizations: 'gathered organizations', users: 'end-users with an address' },
  creates: { organizations: 'gathered organizations', users: 'end-users with an address' },
}

/** The `ExpectedError` of a sync that the guards stop; undefined when they let it through. */
export function guardError(
  { exceeding, stopped }: ReturnType<typeof checkGuards>,
  {
    stage,
    command,
    look,
  }: {
    stage: string
    /** The command that goes on from here, without consent. */
    command: string
    /** The command that shows what it would write, where there is one. */
    look?: string | undefined
  },
): ExpectedError | undefined {
  if (stopped.length === 0) return undefined
  const consents = exceeding.map(({ kind, own }) => consentText(stage, kind, own)).join(',')
  return new ExpectedError({
    kind: 'guard',
    code: 'MASS_CHANGE',
    message: stopped
      .map(measure => figures(measure, stage === 'usgov-user-sync' ? 'users' : 'organizations'))
      .join('; '),
    next: `${look ? `Look at it first: ${look}. ` : ''}If this is meant, ${letThrough(command, consents)}`,
  })
}

function figures({ kind, own, total, of, percent }: Measured, records: 'organizations' | 'users'): string {
  const { floor } = GUARD_LIMITS[kind]
  const what = total === own ? `${own} ${kind}` : `${own} ${kind}, ${total} with those of the last 24 hours,`
  const base = BASES[kind][records]
  const share =
    of === 0 ? `compare with no ${base}` : `are ${((total * 100) / of).toFixed(2)} % of ${of} ${base}`
  return `${what} ${share}; the limit is ${percent} % (and more than ${floor})`
}

/** A consent as a person gives it: up to so many of a kind, for one stage. */
export function consentText(stage: string, kind: string, count: number): string {
  return `${stage}:${kind}=${count}`
}

/** How to pass a guard this once, as the end of a sentence: by this command, or in CI. */
export function letThrough(command: string, consents: string): string {
  return `let this one run through: ${command} --allow-mass-change ${consents}, or in CI the input allow_mass_change (variable ALLOW_MASS_CHANGE): ${consents}`
}
