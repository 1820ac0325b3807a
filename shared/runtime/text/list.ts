const LIST = new Intl.ListFormat('en-GB', { type: 'conjunction' })

/** Joins items for a sentence: `a`, `a and b`, or `a, b and c`. */
export function listText(items: readonly string[]): string {
  return LIST.format(items)
}
