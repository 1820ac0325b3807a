import { distance } from 'fastest-levenshtein'

/** How many characters may be wrong in a word that is taken for a misspelt one. */
const MISSPELT = 2

/** The word that a misspelt one may have been meant to be; undefined where none is near. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const [nearest] = known.toSorted((one, other) => distance(word, one) - distance(word, other))
  return nearest !== undefined && distance(word, nearest) <= MISSPELT ? nearest : undefined
}
