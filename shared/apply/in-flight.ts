/** How work is let into flight. */
type Rules<Item> = {
  /** How many pieces of work may be under way together. */
  most: number
  /** Asked before each piece; when it throws, nothing more is begun. */
  goOn: () => void
  /** Two items of one key are never under way together: the later one waits, and those behind it. */
  keyOf?: (item: Item) => string
}

/**
 * Does some work for each item, several at a time, begun in the items' order. After the first failure nothing more is
 * begun; what is under way is brought to its end, for it may have written. Throws that failure then.
 */
export async function inFlight<Item>(
  items: readonly Item[],
  { most, goOn, keyOf }: Rules<Item>,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>()
  const byKey = new Map<string, Promise<void>>()
  const failures: unknown[] = []

  function begin(item: Item, index: number): void {
    const key = keyOf?.(item)
    const piece = work(item, index)
      .catch(error => {
        failures.push(error)
      })
      .finally(() => {
        underWay.delete(piece)
        if (key !== undefined) byKey.delete(key)
      })
    underWay.add(piece)
    if (key !== undefined) byKey.set(key, piece)
  }

  try {
    for (const [index, item] of items.entries()) {
      while (underWay.size >= most) await Promise.race(underWay)
      await byKey.get(keyOf?.(item) ?? '')
      if (failures.length > 0) break
      goOn()
      begin(item, index)
    }
  } finally {
    await Promise.all(underWay)
  }
  if (failures.length > 0) throw failures[0]
}
