import { distance } from 'fastest-levenshtein'

/** How many characters of a misspelt word may be wrong. */
const MISSPELT = 2

/** The known word that is most similar to a misspelt one, if any. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const [nearest] = known.toSorted((one, other) => distance(word, one) - distance(word, other))
  return nearest !== undefined && distance(word, nearest) <= MISSPELT ? nearest : undefined
}
