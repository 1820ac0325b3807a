import { Trouble } from '../errors/index.ts'

/** So few changes are never a mass change, whatever their share. */
const ALWAYS_ALLOWED = 20

/** What is let through without asking, in percent of the gathered records. */
export const GUARD_LIMITS = { maxMarksPercent: 10, maxUpdatesPercent: 50 } as const

export type GuardLimits = { maxMarksPercent: number; maxUpdatesPercent: number; allowed: boolean }

/**
 * The guards of one instance, checked before the first write: a source that lost half its records looks just like
 * a mass of departures. Gives the `Trouble` that stops the run, or undefined.
 */
export function guardTrouble(
  { marks, updates, gathered }: { marks: number; updates: number; gathered: number },
  limits: GuardLimits,
  /** The command that lets this one run through. */
  command: string,
  /** The command that shows what it would write, where there is one. */
  look?: string,
): Trouble | undefined {
  if (limits.allowed) return undefined
  const tripped = [
    exceeding('marks', marks, gathered, limits.maxMarksPercent),
    exceeding('updates', updates, gathered, limits.maxUpdatesPercent),
  ].filter(message => message !== undefined)
  if (tripped.length === 0) return undefined
  return new Trouble(
    'guard',
    'MASS_CHANGE',
    tripped.join('; '),
    `${look ? `Look at it first: ${look}. ` : ''}If this is meant, ${letThrough(command)}`,
  )
}

/** How to pass a guard this once, as the end of a sentence: by this command, or in CI. */
export function letThrough(command: string): string {
  return `let this one run through: ${command}, or in CI the input allow_mass_change (variable ALLOW_MASS_CHANGE=true).`
}

function exceeding(what: string, count: number, gathered: number, percent: number): string | undefined {
  if (count <= ALWAYS_ALLOWED || count * 100 <= gathered * percent) return undefined
  const share =
    gathered === 0 ? 'stand against no' : `are ${((count * 100) / gathered).toFixed(2)} % of ${gathered}`
  return `${count} ${what} ${share} gathered records; the limit is ${percent} % (and more than ${ALWAYS_ALLOWED})`
}
