import { distance } from 'fastest-levenshtein'
import type { Plans } from '../../domain/index.ts'

/** Where an unknown charge name may belong: the section of the known name that is most like it. */
export type Suggestion = { section: string; like: string }

/** How different two names may be, as a share of the longer one, before they are not alike at all. */
const ALIKE = 0.4
/** How long it is sold for says nothing about what it gives. */
const TERM = /\s+-\s+(\d+ years?|monthly|annual)$/i

/**
 * Suggests a section by the nearest known name; null where no name is like it. The names are compared without case and
 * term; of several that are equally near the one with the same term is taken.
 */
export function suggestSection(name: string, { plan_lookup }: Pick<Plans, 'plan_lookup'>): Suggestion | null {
  const own = compared(name)
  let best: { suggestion: Suggestion; body: number; whole: number } | null = null
  for (const [like, { section }] of plan_lookup) {
    const known = compared(like)
    const body = distance(own.body, known.body) / Math.max(own.body.length, known.body.length, 1)
    if (body > ALIKE) continue
    const whole = distance(own.whole, known.whole)
    const isBetter = best === null || body < best.body || (body === best.body && whole < best.whole)
    if (isBetter) best = { suggestion: { section, like }, body, whole }
  }
  return best?.suggestion ?? null
}

function compared(name: string): { whole: string; body: string } {
  const whole = name.trim().toLowerCase()
  return { whole, body: whole.replace(TERM, '') }
}
