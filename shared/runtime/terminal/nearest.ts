import { distance } from 'fastest-levenshtein'

/** How many characters of a misspelt word may be wrong. */
const MISSPELT = 2

/** The known word that is most similar to a misspelt one, if any. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const [nearest] = known.toSorted((one, other) => distance(word, one) - distance(word, other))
  return nearest !== undefined && distance(word, nearest) <= MISSPELT ? nearest : undefined
}

/** A question to add to an error about a misspelt word. Empty if no known word is similar. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known)
  return nearest === undefined ? '' : `: did you mean ${nearest}?`
}
