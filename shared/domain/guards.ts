import { type ExpectedError, stoppedByGuard } from '../runtime/errors/index.ts'
import type { Changes } from './changes.ts'
import { SUPPORT_LEVELS } from './sections.ts'

/** The kinds of writes that a guard watches. */
export const GUARD_KINDS = ['marks', 'losses', 'updates', 'creates'] as const
export type GuardKind = (typeof GUARD_KINDS)[number]

/** A guard stops a kind of writes if their number is above both limits: the share, in percent, and the floor. */
export const GUARD_LIMITS: Readonly<Record<GuardKind, { percent: number; floor: number }>> = {
  marks: { percent: 10, floor: 2 },
  losses: { percent: 5, floor: 2 },
  updates: { percent: 50, floor: 20 },
  creates: { percent: 25, floor: 20 },
}

/** Computes a value for each kind from its limit. */
export function byKind<Value>(
  of: (limit: { kind: GuardKind; percent: number; floor: number }) => Value,
): Readonly<Record<GuardKind, Value>> {
  const one = (kind: GuardKind) => of({ kind, ...GUARD_LIMITS[kind] })
  return { marks: one('marks'), losses: one('losses'), updates: one('updates'), creates: one('creates') }
}

/** Marks and losses add up over this many hours. This also finds a source that fails slowly. */
export const REMOVAL_HOURS = 24

type RemovalKind = 'marks' | 'losses'

/** The marks or losses of one run: the Zendesk ids, and the number of records that they are a share of. */
export type Removals = { kind: RemovalKind; ids: readonly number[]; of: number }
/** The removals of an earlier run. Removals with consent do not count. */
export type EarlierRemovals = Removals & { at: string; consented?: boolean }

/** What a sync is about to write, with the number of records that each kind is a share of. */
export type GuardedPlan = Readonly<
  Record<RemovalKind, Omit<Removals, 'kind'>> & Record<'updates' | 'creates', { count: number; of: number }>
>

/** Whether an update takes support away: it lowers the level (expired is the lowest), or ends emergency support. */
export function isLoss({ support_level: level, emergency_support_24x7: emergency }: Changes): boolean {
  if (emergency?.from === true && emergency.to !== true) return true
  const [from, to] = [level?.from, level?.to].map(rankOf)
  return from !== undefined && to !== undefined && to > from
}

/** Whether an organization has support to lose. */
export function hasSupport({ support_level: level }: Readonly<Record<string, unknown>>): boolean {
  return typeof level === 'string' && level !== '' && level !== 'expired'
}

function rankOf(level: unknown): number | undefined {
  const levels: readonly unknown[] = SUPPORT_LEVELS
  const rank = levels.indexOf(level)
  return rank < 0 ? undefined : rank
}

/** The removals of the last 24 hours, earliest first. */
export function recentRemovals<Entry extends EarlierRemovals>(entries: readonly Entry[], now: Date): Entry[] {
  const since = now.getTime() - REMOVAL_HOURS * 3_600_000
  return entries
    .filter(({ at }) => Date.parse(at) > since)
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

/** One kind of writes, measured against its limit. */
type Measured = {
  kind: GuardKind
  /** The count of this run only. Consent is about this count. */
  own: number
  /** This count together with those of the last 24 hours. */
  total: number
  of: number
  percent: number
}

export type GuardCheck = {
  plan: GuardedPlan
  /** The removals of other runs of this stage. */
  earlier: readonly EarlierRemovals[]
  /** In percent. */
  limits: Readonly<Record<GuardKind, number>>
  /** How many of this run's writes a consent allows, if any. */
  consent: (kind: GuardKind) => number | undefined
  now: Date
}

/**
 * Checks a sync's plan against the guards: if a source loses half its records, it seems that many customers have left.
 * `exceeding` are the kinds over their limit; `stopped` are those without enough consent.
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
    // A guard never stops a run that removes nothing new.
    total: isNew ? new Set([...known, ...own]).size : 0,
    of: before[0]?.of ?? plan[kind].of,
    percent,
  }
}

function isExceeding({ kind, total, of, percent }: Measured): boolean {
  return total > GUARD_LIMITS[kind].floor && total * 100 > of * percent
}

/** The records that a kind is a share of, as a message calls them. */
const BASES: Readonly<Record<GuardKind, { organizations: string; users: string }>> = {
  marks: { organizations: 'unmarked organizations', users: 'end users with an email address' },
  losses: { organizations: 'organizations with support', users: 'users' },
  updates: { organizations: 'gathered organizations', users: 'end users with an email address' },
  creates: { organizations: 'gathered organizations', users: 'end users with an email address' },
}

/** The `ExpectedError` of a sync that the guards stop; undefined if they do not stop it. */
export function guardError(
  { exceeding, stopped }: ReturnType<typeof checkGuards>,
  {
    stage,
    command,
    look,
  }: {
    stage: string
    /** How to continue from here. The hint adds the consent. */
    command: Continuation
    /** The command that shows what the sync would write, if there is one. */
    look?: string | undefined
  },
): ExpectedError | undefined {
  if (stopped.length === 0) return undefined
  const consents = exceeding.map(({ kind, own }) => consentText(stage, kind, own)).join(',')
  return stoppedByGuard('MASS_CHANGE', {
    message: stopped
      .map(measure => figures(measure, stage === 'usgov-user-sync' ? 'users' : 'organizations'))
      .join('; '),
    next: `${look ? `Look at it first: ${look}. ` : ''}If the change is intended, ${allowOnceText(command, consents)}`,
  })
}

function figures({ kind, own, total, of, percent }: Measured, records: 'organizations' | 'users'): string {
  const { floor } = GUARD_LIMITS[kind]
  const what = total === own ? `${own} ${kind}` : `${own} ${kind}, ${total} with those of the last 24 hours,`
  const base = BASES[kind][records]
  const share =
    of === 0 ? `are too many for 0 ${base}` : `are ${((total * 100) / of).toFixed(2)} % of ${of} ${base}`
  return `${what} ${share}; the limit is ${percent} % (up to ${floor} always pass)`
}

/** A consent in its text form: up to `count` writes of a kind, for one stage. */
export function consentText(stage: string, kind: string, count: number): string {
  return `${stage}:${kind}=${count}`
}

/** How to continue a run that stopped: by a command, or by a pipeline that resumes the run on GitLab. */
export type Continuation = string | { startFrom: string; resumeRun: string }

/** How to allow what a guard stops, for one run. It is the end of a sentence. */
export function allowOnceText(command: Continuation, consents: string): string {
  if (typeof command !== 'string') {
    const { startFrom, resumeRun } = command
    return `allow it once: start the pipeline on GitLab with start_from ${startFrom}, resume_run ${resumeRun} and allow_mass_change ${consents}`
  }
  return `allow it once: ${command} --allow-mass-change ${consents}, or in CI set the input allow_mass_change (variable ALLOW_MASS_CHANGE) to ${consents}`
}
