import { distance } from 'fastest-levenshtein'
import type { Plans } from '../../domain/index.ts'

/** The suggested section of an unknown charge name: that of the most similar known name. */
export type Suggestion = { section: string; like: string }

/** The maximum difference of similar names, as a share of the longer one. */
const ALIKE = 0.4
/** The term of a charge. Charges that differ only in it have the same section. */
const TERM = /\s+-\s+(\d+ years?|monthly|annual)$/i

/**
 * Suggests a section by the most similar known name. Null if none is similar. The comparison ignores case and term; of
 * several equally similar names, it prefers the one with the same term.
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
