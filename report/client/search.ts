import type { IndexRow } from '../data-format.ts'

/** A search: a text, and the positions in the index that a record must have. Null matches any. */
export type Query = {
  text: string
  stage: number | null
  action: number | null
  outcome: number | null
  attribute: number | null
}

/** Searches the index. Normalizes the texts only once. */
export function searcher(rows: readonly IndexRow[]): (query: Query) => number[] {
  const texts = rows.map(([key, id, name]) => comparable(`${key} ${id ?? ''} ${name ?? ''}`))
  return ({ text, stage, action, outcome, attribute }) => {
    const words = comparable(text)
      .split(' ')
      .filter(word => word !== '')
    const found: number[] = []
    for (const [place, row] of rows.entries()) {
      if (stage !== null && row[3] !== stage) continue
      if (action !== null && row[4] !== action) continue
      if (outcome !== null && row[5] !== outcome) continue
      if (attribute !== null && !row[6].includes(attribute)) continue
      const own = texts[place] ?? ''
      if (words.every(word => own.includes(word))) found.push(place)
    }
    return found
  }
}

/** Removes case, accents and marks. */
function comparable(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{Mark}\p{Control}\p{Format}]/gu, '')
    .replace(/\s+/g, ' ')
    .toLowerCase()
}
