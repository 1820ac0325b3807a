/** Joins items for a sentence: `a`, `a and b`, or `a, b and c`. */
export function listText(items: readonly string[]): string {
  const [last = ''] = items.slice(-1)
  const before = items.slice(0, -1)
  return before.length === 0 ? last : `${before.join(', ')} and ${last}`
}
